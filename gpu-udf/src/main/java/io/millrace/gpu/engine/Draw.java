package io.millrace.gpu.engine;

import io.millrace.core.request.Sampling;
import io.millrace.core.speculate.TokenTree;

/**
 * One token to be drawn: the next of a generation, or the one after drafted tokens that may yet be
 * accepted.
 *
 * @param node of the draft, behind which it comes; 0 for the next token
 */
record Draw(ActiveGeneration generation, TokenTree draft, int node) {

    Sampling sampling() {
        return generation.sampling();
    }

    /** Which token of the answer it is, from 0: its place in the stream of random numbers. */
    int place() {
        return generation.sequence().generatedLength() + draft.depth(node);
    }

    /** Distinct tokens before it; only kept for a request with a repetition penalty. */
    int[] seen() {
        return generation.seen(draft, node);
    }
}
