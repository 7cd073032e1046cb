package io.millrace.gateway.http;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids: a prefix and 24 letters or digits. The first ones are the time, so that ids of one
 * kind sort as they were made, whatever gateway made them; the rest is chance and cannot be guessed
 * if the generator is a secure one. Safe for any thread if the generator is.
 */
public final class Ids {

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** 62^8 milliseconds are 6,900 years. */
    private static final int TIME_DIGITS = 8;

    private static final int RANDOM_DIGITS = 16;

    private final InstantSource clock;
    private final RandomGenerator random;

    /** Ids by this clock and chance. */
    public Ids(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new one. */
    public String next(String prefix) {
        char[] id = new char[TIME_DIGITS + RANDOM_DIGITS];
        long time = clock.millis();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            id[i] = DIGITS.charAt((int) (time % DIGITS.length()));
            time /= DIGITS.length();
        }
        for (int i = TIME_DIGITS; i < id.length; i++) {
            id[i] = DIGITS.charAt(random.nextInt(DIGITS.length()));
        }
        return prefix + new String(id);
    }

    /** Whether a client's text may be such an id: no other reaches a look-up or a path. */
    public static boolean isId(String prefix, String text) {
        int length = prefix.length() + TIME_DIGITS + RANDOM_DIGITS;
        return text.length() == length
                && text.startsWith(prefix)
                && text.chars().skip(prefix.length()).allMatch(c -> DIGITS.indexOf(c) >= 0);
    }
}
