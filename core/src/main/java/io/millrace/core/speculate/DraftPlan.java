package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * How much to draft for a step.
 *
 * @param drafter its place in the list that the planner was made with; -1 if there is nothing to
 *     draft
 * @param depth how deep, 0 for nothing
 * @param nodes the most nodes that are worth drafting for one sequence
 * @param sequences for how many of the eligible sequences; which, is the caller's choice
 */
public record DraftPlan(int drafter, int depth, int nodes, int sequences) {

    /** Draft nothing. */
    public static final DraftPlan PLAIN = new DraftPlan(-1, 0, 0, 0);

    public DraftPlan {
        check(drafter >= -1, "drafter", drafter, "at least -1");
        check((drafter >= 0) == (depth > 0), "depth", depth, "above 0 for a drafter, else 0");
        check(nodes >= depth, "nodes", nodes, "at least depth, " + depth);
        check((drafter >= 0) == (sequences > 0), "sequences", sequences, "above 0 for a drafter");
    }

    /** Whether nothing is to be drafted. */
    public boolean isPlain() {
        return drafter < 0;
    }
}
