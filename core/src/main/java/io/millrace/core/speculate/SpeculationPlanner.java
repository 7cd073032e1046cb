package io.millrace.core.speculate;

import java.util.List;

/**
 * Decides in every step how much to draft and how much of the draft to verify. Nothing is a legal
 * answer to both.
 *
 * <p>A step goes: {@link #plan}; if that is not plain, draft and {@link #choose}; verify (or decode
 * plainly); {@link #emitted} for every sequence that had a draft; {@link #finished}, which is due
 * after plain steps too. A step that is given up (out of memory, a failed call) is simply not
 * finished: the next {@link #plan} forgets it.
 *
 * <p>One thread, the engine's. No clock and no randomness: equal calls give equal answers.
 */
public interface SpeculationPlanner {

    /** The memory of one request, to be kept beside its sequence until it ends. */
    RequestHistory newRequest();

    /** How much to draft, before anything is drafted. */
    DraftPlan plan(StepLoad load);

    /**
     * What to verify of the drafts, under one budget for the whole batch.
     *
     * @param requests [s], whom the drafts are for
     * @param drafts [s], in the same order; empty where the drafter had nothing to say
     * @return [s], each a part of its draft that contains the parent of every node; possibly empty,
     *     and the very same object where all of it is to be verified
     */
    List<TokenTree> choose(List<RequestHistory> requests, List<TokenTree> drafts);

    /**
     * Tells what followed a draft.
     *
     * @param draft as it was given to {@link #choose}, so that what was not verified is learnt from
     * @param tokens what the step emitted for this sequence, at least one: the accepted tokens and
     *     the bonus, before stop rules cut anything off
     */
    void emitted(RequestHistory request, TokenTree draft, int[] tokens);

    /** Ends the step. */
    void finished(StepTimes times);

    /** Never plans this drafter again: it failed. */
    void disable(int drafter);
}
