package io.millrace.core.schedule;

import java.util.List;

/**
 * What the engine does in one step; blocks for all of it are allocated.
 *
 * @param work growing answers first, one token each, then chunks of prompts
 * @param preempted sequences that lost their blocks and wait again
 */
public record StepPlan(List<Work> work, List<Sequence> preempted) {

    public StepPlan {
        work = List.copyOf(work);
        preempted = List.copyOf(preempted);
    }

    /** Whether there is nothing to compute. */
    public boolean isEmpty() {
        return work.isEmpty();
    }

    /** Tokens to compute. */
    public int tokens() {
        return work.stream().mapToInt(Work::count).sum();
    }
}
