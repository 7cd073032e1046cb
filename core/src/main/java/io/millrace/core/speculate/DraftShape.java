package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * What a drafter can draft and what that computes, so that a planner can foresee its time.
 *
 * @param name of the method, for reports
 * @param maxDepth the deepest tree it drafts
 * @param maxNodes the most nodes it drafts for one sequence
 * @param width tokens that it computes for a sequence in each call after the first, where each
 *     level of depth takes a call of its own (EAGLE's top-k, 1 for a chain); 0 if one call drafts
 *     every depth (Medusa, prompt lookup)
 * @param extraTokens tokens that it adds to the verifying step for every sequence that is drafted
 *     for, beside the nodes and even where there are none: lookahead's window; else 0
 */
public record DraftShape(String name, int maxDepth, int maxNodes, int width, int extraTokens) {

    public DraftShape {
        check(maxDepth >= 1, "maxDepth", maxDepth, "at least 1");
        check(maxNodes >= maxDepth, "maxNodes", maxNodes, "at least maxDepth, " + maxDepth);
        check(width >= 0, "width", width, "at least 0");
        check(extraTokens >= 0, "extraTokens", extraTokens, "at least 0");
    }

    /** A drafter whose one call drafts every depth. */
    public static DraftShape oneCall(String name, int maxDepth, int maxNodes) {
        return new DraftShape(name, maxDepth, maxNodes, 0, 0);
    }

    /** A drafter that takes a call per level, of so many tokens for each sequence. */
    public static DraftShape callPerLevel(String name, int maxDepth, int maxNodes, int width) {
        check(width >= 1, "width", width, "at least 1");
        return new DraftShape(name, maxDepth, maxNodes, width, 0);
    }

    /** Calls that draft so deep. */
    public int calls(int depth) {
        return width == 0 ? Math.min(depth, 1) : depth;
    }

    /** Tokens that those calls compute for so many sequences. */
    public long tokens(int depth, int sequences) {
        return depth == 0 ? 0 : (1 + (long) (depth - 1) * width) * sequences;
    }
}
