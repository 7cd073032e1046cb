package io.millrace.gpu.predict;

import io.millrace.gpu.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The vector of a request as ELIS sees it: the end of the prompt and the end of the answer so far,
 * as text, through the sentence encoder.
 *
 * <p>Only the ends are read because the encoder's time grows with the text. One thread.
 */
final class EncodedText implements AutoCloseable {

    private static final int PROMPT_TOKENS = 96;
    private static final int ANSWER_TOKENS = 64;

    private final SentenceEncoder encoder;
    private final Tokenizer tokenizer;
    private final CommonPrefix common;

    private EncodedText(SentenceEncoder encoder, Tokenizer tokenizer, CommonPrefix common) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.common = common;
    }

    /**
     * Loads the encoder.
     *
     * @param tokenizerJson of the model whose tokens are read
     * @param common tokens that all prompts begin with
     */
    static EncodedText open(Path tokenizerJson, CommonPrefix common) {
        SentenceEncoder encoder = SentenceEncoder.open();
        try {
            return new EncodedText(encoder, Tokenizer.open(tokenizerJson), common);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * The vector, {@link SentenceEncoder#WIDTH} values.
     *
     * @param tokens prompt and answer, which may be longer than that
     * @param prompt tokens of the prompt
     * @param generated tokens of the answer behind them
     */
    float[] vector(int[] tokens, int prompt, int generated) {
        int from = Math.max(common.end(tokens, prompt), prompt - PROMPT_TOKENS);
        int end = prompt + generated;
        String question = tokenizer.decode(Arrays.copyOfRange(tokens, from, prompt));
        String answer =
                tokenizer.decode(
                        Arrays.copyOfRange(tokens, Math.max(prompt, end - ANSWER_TOKENS), end));
        return encoder.encode(answer.isEmpty() ? question : question + "\n" + answer);
    }

    @Override
    public void close() {
        tokenizer.close();
        encoder.close();
    }
}
