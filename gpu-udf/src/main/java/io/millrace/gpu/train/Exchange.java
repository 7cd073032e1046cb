package io.millrace.gpu.train;

import java.util.Arrays;

/**
 * A prompt and the model's own answer to it, as token ids: what heads learn from. The arrays are
 * not copied and not to be changed.
 *
 * @param prompt at least one token
 * @param answer at least one token, the end token included where the model wrote one
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of them, made once and only read.
public record Exchange(int[] prompt, int[] answer) {

    /** Tokens of prompt and answer. */
    int length() {
        return prompt.length + answer.length;
    }

    /** Prompt and answer. */
    int[] tokens() {
        int[] all = Arrays.copyOf(prompt, length());
        System.arraycopy(answer, 0, all, prompt.length, answer.length);
        return all;
    }

    /** Positions whose next but one token is one of the answer. */
    int rows() {
        return Math.max(0, length() - Math.max(2, prompt.length));
    }

    /** The same with only so many of the answer's tokens that it is not longer than that. */
    Exchange cut(int longest) {
        return length() <= longest
                ? this
                : new Exchange(prompt, Arrays.copyOf(answer, longest - prompt.length));
    }
}
