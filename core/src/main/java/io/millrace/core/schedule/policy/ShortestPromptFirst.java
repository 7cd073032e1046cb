package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;

/** The shortest prompt first (BucketServe): most first tokens per second. */
public final class ShortestPromptFirst implements OrderedPolicy {

    @Override
    public String name() {
        return "shortest-prompt";
    }

    @Override
    public int compare(Candidate left, Candidate right) {
        return Integer.compare(left.promptLength(), right.promptLength());
    }
}
