package io.millrace.gpu.predict;

import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small predictors for tests: what a prompt asks for decides how long its answer is. */
public final class TrainedPredictors {

    public static final Path TINY_CHAT = Path.of("../models/tiny-chat");

    private static final List<String> THINGS =
            List.of(
                    "dog", "tree", "river", "house", "song", "king", "boat", "star", "cake",
                    "game");

    private TrainedPredictors() {}

    /** Trains one on short and long answers, a few of them cut, and writes it. */
    public static PredictorReport train(PredictorKind kind, Path directory) throws IOException {
        PredictorTraining.Plan plan = new PredictorTraining.Plan(kind, TINY_CHAT, 1, 100, 0, 1);
        return new PredictorTraining(plan, (stage, done, total, detail) -> {})
                .run(examples(160), directory);
    }

    static List<LengthExample> examples(int count) {
        List<LengthExample> examples = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        try (ModelPromptEncoder encoder =
                ModelPromptEncoder.open(ModelDirectory.open(TINY_CHAT), InstantSource.system())) {
            for (int i = 0; i < count; i++) {
                boolean isLong = i % 2 == 0;
                String thing = THINGS.get(random.nextInt(THINGS.size()));
                int[] prompt = encoder.encode(prompt(isLong, thing));
                int length = (isLong ? 200 : 8) + random.nextInt(isLong ? 60 : 6);
                boolean cut = length > 250;
                examples.add(
                        new LengthExample(prompt, new int[0], Math.min(length, 250), 250, cut));
            }
        }
        return examples;
    }

    static Prompt prompt(boolean isLong, String thing) {
        String text =
                isLong
                        ? "Tell me a very long story about a " + thing + "."
                        : "Is a " + thing + " big? Yes or no.";
        return new Prompt.Chat(List.of(new Message("user", text)));
    }
}
