package io.millrace.operators.testing;

import io.millrace.core.request.QueuedRequest;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** What a fake engine answers: a function of prompt, seed and limit, and of nothing else. */
public final class FakeAnswer {

    private FakeAnswer() {}

    /** All tokens of the answer. */
    public static int[] tokens(int[] prompt, long seed, int maxTokens, int longestAnswer) {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(prompt) * 31L + seed);
        int length =
                longestAnswer == FakeSettings.UNTIL_LIMIT
                        ? maxTokens
                        : Math.min(maxTokens, 1 + random.nextInt(longestAnswer));
        return random.ints(length, 0, FakeSettings.VOCABULARY).toArray();
    }

    /** The answer to a request, as text. */
    public static String text(QueuedRequest request, FakeSettings settings) {
        return text(
                tokens(
                        request.promptTokens(),
                        request.request().sampling().seed(),
                        request.maxTokens(),
                        settings.longestAnswer()));
    }

    /** Tokens as text. */
    public static String text(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
