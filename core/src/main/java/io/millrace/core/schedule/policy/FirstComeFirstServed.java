package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;

/** The earliest arrival first (Orca, vLLM). */
public final class FirstComeFirstServed implements OrderedPolicy {

    @Override
    public String name() {
        return "fcfs";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Long.compare(left.arrivalMs(), right.arrivalMs());
    }
}
