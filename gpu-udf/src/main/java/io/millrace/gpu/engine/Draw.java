package io.millrace.gpu.engine;

import io.millrace.core.request.Sampling;

/**
 * One token to be drawn: the next of a generation, or the one after drafted tokens that may yet be
 * accepted.
 *
 * @param drafted the drafted tokens on the way there, in order; empty for the next token
 */
record Draw(ActiveGeneration generation, int[] drafted) {

    private static final int[] NOTHING = {};

    static Draw next(ActiveGeneration generation) {
        return new Draw(generation, NOTHING);
    }

    Sampling sampling() {
        return generation.sampling();
    }

    /** Which token of the answer it is, from 0: its place in the stream of random numbers. */
    int place() {
        return generation.sequence().generatedLength() + drafted.length;
    }

    /** Distinct tokens before it; only kept for a request with a repetition penalty. */
    int[] seen() {
        return generation.seen(drafted);
    }
}
