package io.millrace.core.internal;

/** Checks arguments of programmers and operators, not of clients. */
public final class Arguments {

    private Arguments() {}

    /**
     * Refuses a value with a message of the form {@code name: value (expected: rule)}.
     *
     * @throws IllegalArgumentException if the condition does not hold
     */
    public static void check(boolean condition, String name, Object value, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + rule + ")");
        }
    }
}
