package io.millrace.gpu.decode;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model is calibrated with: a dialogue, a story, code, structured and foreign text and
 * facts, as its own tokenizer and chat template write them. The same for every load of a model.
 */
final class CalibrationTexts {

    private static final String RESOURCE = "calibration.txt";
    private static final String SEPARATOR = "\n----\n";
    private static final int MAX_TOKENS = 128;

    /** How many tokens of the vocabulary stand alone, for what a first token may be. */
    private static final int SINGLES = 16;

    private CalibrationTexts() {}

    /** Token ids of all texts, none empty. */
    static List<int[]> of(PromptEncoder encoder) {
        List<String> texts = List.of(resource().strip().split(SEPARATOR));
        List<int[]> result = new ArrayList<>();
        int length = Math.min(MAX_TOKENS, encoder.model().contextLength());
        List<Message> dialogue =
                List.of(
                        new Message("user", texts.get(0)),
                        new Message("assistant", texts.get(1)),
                        new Message("user", texts.get(2)));
        add(result, length, encoder, new Prompt.Chat(dialogue));
        texts.forEach(text -> add(result, length, encoder, new Prompt.Text(text)));
        if (result.stream().mapToInt(ids -> ids[0]).distinct().count() != 1) {
            // Nothing begins every text, so that many tokens may be the first.
            int size = encoder.model().vocabularySize();
            for (int i = 0; i < SINGLES; i++) {
                result.add(new int[] {(int) ((long) i * size / SINGLES)});
            }
        }
        return result;
    }

    private static void add(List<int[]> texts, int length, PromptEncoder encoder, Prompt prompt) {
        try {
            int[] ids = encoder.encode(prompt);
            texts.add(Arrays.copyOf(ids, Math.min(ids.length, length)));
        } catch (InvalidRequestException e) {
            // No chat template, another order of roles, a vocabulary without these letters: the
            // others remain.
        }
    }

    private static String resource() {
        try (InputStream in = CalibrationTexts.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("resource " + RESOURCE + " cannot be read", e);
        }
    }
}
