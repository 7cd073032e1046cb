package io.millrace.core.request;

import java.util.Arrays;

/**
 * A request that was admitted to the job: tokenised, its answer's length bounded by the context,
 * with a predicted length and a lane.
 *
 * @param promptTokens ids of the whole prompt, template included; treated as immutable, never
 *     copied on the way through the job
 * @param maxTokens the most tokens to generate: the client's limit or what the context leaves
 * @param predicted the answer's length as predicted
 * @param lane the key of all keyed state, in [0, lanes)
 */
public record QueuedRequest(
        InferenceRequest request,
        int[] promptTokens,
        int maxTokens,
        LengthEstimate predicted,
        int lane) {

    /** The lane of a request that was not routed yet. */
    public static final int NO_LANE = -1;

    /** A request fresh from tokenisation. */
    public static QueuedRequest of(InferenceRequest request, int[] promptTokens, int maxTokens) {
        return new QueuedRequest(
                request, promptTokens, maxTokens, LengthEstimate.atMost(maxTokens), NO_LANE);
    }

    /** The same with a better prediction. */
    public QueuedRequest withPredicted(LengthEstimate estimate) {
        return new QueuedRequest(request, promptTokens, maxTokens, estimate, lane);
    }

    /** The same in a lane. */
    public QueuedRequest withLane(int newLane) {
        return new QueuedRequest(request, promptTokens, maxTokens, predicted, newLane);
    }

    /** The key of the record, see {@link InferenceRequest#key()}. */
    public String key() {
        return request.key();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueuedRequest that
                && request.equals(that.request)
                && Arrays.equals(promptTokens, that.promptTokens)
                && maxTokens == that.maxTokens
                && predicted.equals(that.predicted)
                && lane == that.lane;
    }

    @Override
    public int hashCode() {
        return request.hashCode();
    }

    @Override
    public String toString() {
        return "QueuedRequest[%s, %d prompt tokens, lane %d]"
                .formatted(key(), promptTokens.length, lane);
    }
}
