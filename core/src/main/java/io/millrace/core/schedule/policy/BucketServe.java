package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.WaitingPolicy;

/**
 * Buckets of similar prompt length (BucketServe, 2507.17120, Algorithm 1). The buckets are where
 * most requests wait, in {@code core.bucket.LengthBuckets}; the engine starts what they hand over
 * in the order of arrival, the paper's choice for online service.
 *
 * @param cut where a bucket that is too large is cut
 */
public record BucketServe(String name, Cut cut) implements WaitingPolicy {

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new FirstComeFirstServed().begin();
    }

    /** Where to cut a bucket. */
    public enum Cut {
        /** In the middle, if more than half is shorter than that (the paper). */
        MIDDLE,
        /**
         * At the quantile of the prompts that it holds at which padding each part to its longest
         * costs least, if that saves anything.
         */
        QUANTILE
    }
}
