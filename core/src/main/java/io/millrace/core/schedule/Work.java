package io.millrace.core.schedule;

/**
 * Tokens [from, from + count) of a sequence, to be computed in one step.
 *
 * @param from the first position; all before it are in the cache
 * @param count at least 1
 */
public record Work(Sequence sequence, int from, int count) {

    public Work {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "count: %d (expected: at least 1, every token that was sampled from %s was appended)"
                            .formatted(count, sequence));
        }
    }

    /** The position after the last one. */
    public int end() {
        return from + count;
    }

    /** Whether the last known token is among them, so that a new one comes out. */
    public boolean samples() {
        return end() == sequence.length();
    }
}
