package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;

/** The shortest predicted rest of the answer first (SSJF): most answers per second. */
public final class ShortestJobFirst implements OrderedPolicy {

    @Override
    public String name() {
        return "sjf";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Integer.compare(left.expectedRemaining(), right.expectedRemaining());
    }
}
