package io.millrace.core.schedule.policy;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was written behind a policy's name: {@code name(key=value; key=value)}. Whoever builds the
 * policy reads what it knows; what nobody has read is refused.
 */
final class PolicyParameters {

    private final String policy;
    private final Map<String, String> values;
    private final Set<String> known = new HashSet<>();

    private PolicyParameters(String policy, Map<String, String> values) {
        this.policy = policy;
        this.values = values;
    }

    /** Reads {@code name} or {@code name(key=value; key=value)}. */
    static PolicyParameters parse(String text) {
        int open = text.indexOf('(');
        if (open < 0) {
            return new PolicyParameters(text.strip(), Map.of());
        }
        if (!text.endsWith(")")) {
            throw malformed(text);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.substring(open + 1, text.length() - 1).split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw malformed(text);
            }
            values.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        return new PolicyParameters(text.substring(0, open).strip(), values);
    }

    String policy() {
        return policy;
    }

    double number(String key, double otherwise) {
        known.add(key);
        String value = values.get(key);
        try {
            return value == null ? otherwise : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "policy: %s(%s=%s) (expected: a number)".formatted(policy, key, value), e);
        }
    }

    long whole(String key, long otherwise) {
        double value = number(key, (double) otherwise);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "policy: %s(%s=%s) (expected: a whole number)"
                            .formatted(policy, key, values.get(key)));
        }
        return (long) value;
    }

    /** All {@code prefix.NAME=number}. */
    Map<String, Double> numbers(String prefix) {
        known.add(prefix + ".NAME");
        Map<String, Double> numbers = new TreeMap<>();
        for (String key : values.keySet()) {
            if (key.startsWith(prefix + ".")) {
                numbers.put(key.substring(prefix.length() + 1), number(key, 0));
            }
        }
        return numbers;
    }

    /** Refuses what nobody has read, listing what may be written. */
    void checkAllRead() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                String expected =
                        known.isEmpty()
                                ? "no parameters"
                                : "one of " + String.join(", ", known.stream().sorted().toList());
                throw new IllegalArgumentException(
                        "policy: %s(%s) (expected: %s)".formatted(policy, key, expected));
            }
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "policy: " + text + " (expected: NAME or NAME(key=value; key=value))");
    }
}
