package io.millrace.gpu.tokenize;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stop string that ends an answer, in text that arrives in pieces. The match is the one
 * that is complete first, of several the longest; it does not depend on how the text is cut. Text
 * that may be the beginning of a stop string is held back until it is known not to be. The cost of
 * a character is the number of stop strings (Knuth, Morris and Pratt 1977). Used by one thread.
 */
public final class StopMatcher {

    private final List<String> stops;
    private final int[][] failures;
    private final int[] matched;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String found;

    /** Looks for any of the strings, none of which is empty. */
    public StopMatcher(List<String> stops) {
        this.stops = List.copyOf(stops);
        this.failures = stops.stream().map(StopMatcher::failures).toArray(int[][]::new);
        this.matched = new int[stops.size()];
    }

    /** By length of a match: the next shorter one that its end is the beginning of. */
    private static int[] failures(String stop) {
        if (stop.isEmpty()) {
            throw new IllegalArgumentException("stop: \"\" (expected: strings that are not empty)");
        }
        int[] failures = new int[stop.length() + 1];
        failures[0] = -1;
        for (int i = 1; i < stop.length(); i++) {
            failures[i + 1] = step(stop, failures, failures[i], stop.charAt(i));
        }
        return failures;
    }

    /** Length of the match after one more character. */
    private static int step(String stop, int[] failures, int length, char c) {
        int next = length;
        while (next >= 0 && (next == stop.length() || stop.charAt(next) != c)) {
            next = failures[next];
        }
        return next + 1;
    }

    /** Adds text and returns what is certain to stand before any stop string. */
    public String append(CharSequence text) {
        if (found != null) {
            return "";
        }
        if (stops.isEmpty()) {
            return text.toString();
        }
        for (int i = 0; i < text.length(); i++) {
            held.append(text.charAt(i));
            if (accept(text.charAt(i))) {
                return take(0);
            }
        }
        return take(longestBeginning());
    }

    /** Moves all automata on; whether one of them arrived. */
    private boolean accept(char c) {
        for (int i = 0; i < matched.length; i++) {
            String stop = stops.get(i);
            matched[i] = step(stop, failures[i], matched[i], c);
            if (matched[i] == stop.length() && (found == null || stop.length() > found.length())) {
                found = stop;
            }
        }
        if (found == null) {
            return false;
        }
        held.setLength(held.length() - found.length());
        return true;
    }

    private int longestBeginning() {
        int longest = 0;
        for (int length : matched) {
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /** The stop string that was found; null while there is none. */
    public @Nullable String matched() {
        return found;
    }

    /** Ends the text: returns what was held back. */
    public String finish() {
        return take(0);
    }

    private String take(int kept) {
        String text = held.substring(0, held.length() - kept);
        held.delete(0, text.length());
        return text;
    }
}
