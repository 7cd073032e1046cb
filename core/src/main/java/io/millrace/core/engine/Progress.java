package io.millrace.core.engine;

import io.millrace.core.request.TokenLogprobs;
import java.util.Arrays;
import java.util.List;

/**
 * How far a generation has come: enough to go on elsewhere by prefilling prompt and tokens again.
 * The random stream needs no state of its own, since a draw depends on seed and position only.
 *
 * @param tokens generated so far; treated as immutable
 * @param logprobs one entry per token if they were asked for, else empty
 * @param startedMs epoch milliseconds at which the engine first worked on it; 0 if it has not
 * @param firstTokenMs epoch milliseconds of the first token; 0 if there is none
 */
public record Progress(
        int[] tokens, List<TokenLogprobs> logprobs, long startedMs, long firstTokenMs) {

    /** Nothing generated yet. */
    public static final Progress NONE = new Progress(new int[0], List.of(), 0, 0);

    public Progress {
        logprobs = List.copyOf(logprobs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Progress that
                && Arrays.equals(tokens, that.tokens)
                && logprobs.equals(that.logprobs)
                && startedMs == that.startedMs
                && firstTokenMs == that.firstTokenMs;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return "Progress[" + tokens.length + " tokens]";
    }
}
