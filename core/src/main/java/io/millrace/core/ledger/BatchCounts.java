package io.millrace.core.ledger;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Usage;

/**
 * Results of a batch so far, by kind, with the tokens of all. Immutable.
 *
 * @param inputTokens prompt tokens, those of errored requests included
 * @param cachedTokens of these, found in the prefix cache
 * @param draftedTokens that were drafted and verified
 * @param acceptedTokens of those, accepted
 */
public record BatchCounts(
        long succeeded,
        long errored,
        long canceled,
        long expired,
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        long draftedTokens,
        long acceptedTokens) {

    /** None yet. */
    public static final BatchCounts NONE = new BatchCounts(0, 0, 0, 0, 0, 0, 0);

    /** Of a batch for which nothing was drafted. */
    public BatchCounts(
            long succeeded,
            long errored,
            long canceled,
            long expired,
            long inputTokens,
            long outputTokens,
            long cachedTokens) {
        this(succeeded, errored, canceled, expired, inputTokens, outputTokens, cachedTokens, 0, 0);
    }

    /** With one more result. */
    public BatchCounts plus(Completion.Status status, Usage usage) {
        return new BatchCounts(
                succeeded + (status == Completion.Status.SUCCEEDED ? 1 : 0),
                errored + (status == Completion.Status.ERRORED ? 1 : 0),
                canceled + (status == Completion.Status.CANCELED ? 1 : 0),
                expired + (status == Completion.Status.EXPIRED ? 1 : 0),
                inputTokens + usage.inputTokens(),
                outputTokens + usage.outputTokens(),
                cachedTokens + usage.cachedTokens(),
                draftedTokens + usage.draftedTokens(),
                acceptedTokens + usage.acceptedTokens());
    }

    /** Results of all kinds. */
    public long finished() {
        return succeeded + errored + canceled + expired;
    }
}
