package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.WaitingPolicy;

/** The shortest predicted rest of the answer first (SSJF): most answers per second. */
public final class ShortestJobFirst implements WaitingPolicy {

    @Override
    public String name() {
        return "sjf";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Integer.compare(left.expectedRemaining(), right.expectedRemaining());
    }
}
