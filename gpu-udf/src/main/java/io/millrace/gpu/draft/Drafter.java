package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import java.util.List;

/**
 * Proposes what sequences may go on with, as trees that the model verifies in its next step. A
 * draft decides how fast an answer comes, never what it says, so a drafter may be wrong and may
 * know less than everything of a sequence.
 *
 * <p>Used by the engine's thread alone. Whatever it throws switches it off for the rest of the
 * engine's life; requests go on without it.
 */
public interface Drafter extends AutoCloseable {

    /** What it can draft and what that computes, for the planner. */
    DraftShape shape();

    /**
     * Drafts for sequences whose last token is known and not computed: position {@code length - 1}.
     * Keys, values and features of all positions before it are in the pool.
     *
     * @param requests no sequence twice; each has blocks for {@link DraftRequest#maxNodes()} more
     *     tokens, in which the drafter may write draft keys and values of its own
     * @return one tree for each, in their order, within the request's limits; empty where there is
     *     nothing to propose
     */
    List<TokenTree> draft(List<DraftRequest> requests);

    /**
     * Adds tokens that are to go through the model for the drafter's own sake, such as lookahead's
     * window: up to {@link DraftShape#extraTokens()} of them. They are verified like the others.
     *
     * @param chosen the part of its draft for the sequence that is verified anyway; possibly empty
     * @param maxDepth the most tokens on a path
     * @return a tree whose first nodes are those of {@code chosen}, in their order
     */
    default TokenTree widen(Sequence sequence, TokenTree chosen, int maxDepth) {
        return chosen;
    }

    /**
     * Tells what the model drew in the step that verified a draft of this drafter.
     *
     * @param sequence to which nothing is appended yet
     * @param verified as {@link #widen} returned it
     * @param tokens [n+1], the model's token behind every node, the root first; those on accepted
     *     paths are true, all others are what would have followed
     */
    default void drawn(Sequence sequence, TokenTree verified, int[] tokens) {}

    /** Forgets what it holds of a sequence, if it holds anything. */
    default void forget(Sequence sequence) {}

    @Override
    default void close() {}
}
