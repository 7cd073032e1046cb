package io.millrace.gateway.access;

/** Argument checks that name the value and the rule. Stateless. */
final class Checks {

    private Checks() {}

    static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: at least %d)".formatted(name, value, least));
        }
    }

    static String named(String name, String value) {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: 1 to 100 of a-z A-Z 0-9 . _ -, a letter or digit first)"
                            .formatted(name, value));
        }
        return value;
    }
}
