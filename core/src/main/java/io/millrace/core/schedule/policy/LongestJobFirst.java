package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;

/**
 * The longest predicted rest of the answer first: short ones fill the gaps at the end of a batch.
 */
public final class LongestJobFirst implements OrderedPolicy {

    @Override
    public String name() {
        return "ljf";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Integer.compare(right.expectedRemaining(), left.expectedRemaining());
    }
}
