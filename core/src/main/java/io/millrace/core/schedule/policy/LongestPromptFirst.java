package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;

/** The longest prompt first (BucketServe): most prompt tokens per second. */
public final class LongestPromptFirst implements OrderedPolicy {

    @Override
    public String name() {
        return "longest-prompt";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Integer.compare(right.promptLength(), left.promptLength());
    }
}
