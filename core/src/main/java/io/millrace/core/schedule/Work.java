package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

/**
 * Tokens [from, from + count) of a sequence, to be computed in one step.
 *
 * @param from the first position; all before it are in the cache
 * @param count at least 1
 */
public record Work(Sequence sequence, int from, int count) {

    public Work {
        check(
                count >= 1,
                "count",
                count,
                "at least 1: a token that was sampled must be appended before the next step");
    }

    /** The position after the last one. */
    public int end() {
        return from + count;
    }

    /**
     * Whether the last known token is among them, so that a new one comes out. Ask before that is
     * appended.
     */
    public boolean samples() {
        return end() == sequence.length();
    }
}
