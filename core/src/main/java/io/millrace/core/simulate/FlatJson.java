package io.millrace.core.simulate;

import java.util.ArrayList;
import java.util.List;

/** Reads numbers from JSON objects as flat as Mooncake's: core has no JSON library. */
final class FlatJson {

    private FlatJson() {}

    /**
     * The whole number behind a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static long number(String line, String name) {
        return Long.parseLong(until(line, start(line, name), ",}"));
    }

    /**
     * The whole numbers of the array behind a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<Long> numbers(String line, String name) {
        int start = start(line, name);
        if (start >= line.length() || line.charAt(start) != '[') {
            throw new IllegalArgumentException(name + ": no array");
        }
        String inside = until(line, start + 1, "]");
        List<Long> numbers = new ArrayList<>();
        if (!inside.isEmpty()) {
            for (String number : inside.split(",", -1)) {
                numbers.add(Long.parseLong(number.strip()));
            }
        }
        return numbers;
    }

    private static int start(String line, String name) {
        String quoted = "\"" + name + "\"";
        int at = line.indexOf(quoted);
        int colon = at < 0 ? -1 : line.indexOf(':', at + quoted.length());
        if (colon < 0) {
            throw new IllegalArgumentException(name + ": missing");
        }
        int start = colon + 1;
        while (start < line.length() && line.charAt(start) == ' ') {
            start++;
        }
        return start;
    }

    private static String until(String line, int start, String ends) {
        for (int i = start; i < line.length(); i++) {
            if (ends.indexOf(line.charAt(i)) >= 0) {
                return line.substring(start, i).strip();
            }
        }
        throw new IllegalArgumentException("cut off");
    }
}
