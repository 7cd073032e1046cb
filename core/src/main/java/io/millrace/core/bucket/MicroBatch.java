package io.millrace.core.bucket;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/**
 * Requests of one bucket that leave together.
 *
 * @param requests in the order in which they should start
 * @param kvTokens what they are predicted to need of the KV cache together
 */
public record MicroBatch(List<QueuedRequest> requests, long kvTokens) {

    /** Nothing fits, or nothing waits. */
    public static final MicroBatch EMPTY = new MicroBatch(List.of(), 0);

    public MicroBatch {
        requests = List.copyOf(requests);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Share of the prompts that would be padding if all were as long as the longest. */
    public double paddingWaste() {
        long tokens = 0;
        long longest = 0;
        for (QueuedRequest request : requests) {
            tokens += request.promptTokens().length;
            longest = Math.max(longest, request.promptTokens().length);
        }
        return longest == 0 ? 0 : 1 - (double) tokens / (longest * requests.size());
    }
}
