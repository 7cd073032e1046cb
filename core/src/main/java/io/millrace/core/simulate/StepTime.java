package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

/**
 * How long a step of an engine takes, linear in what it computes (the form of Aladdin, 2405.06856,
 * and of Vidur's and Sarathi's cost models):
 *
 * <pre>
 * ms = base + prefill * (prompt tokens) + decode * (answer tokens) + kv * (tokens of context read)
 * </pre>
 *
 * @param baseMs of every step: mostly reading the weights
 * @param prefillMs of each prompt token computed
 * @param decodeMs of each answer token computed
 * @param kvMs of each token of context that an answer token attends to
 */
public record StepTime(double baseMs, double prefillMs, double decodeMs, double kvMs) {

    public StepTime {
        check(baseMs >= 0, "base", baseMs, "at least 0 ms");
        check(prefillMs >= 0, "prefill", prefillMs, "at least 0 ms");
        check(decodeMs >= 0, "decode", decodeMs, "at least 0 ms");
        check(kvMs >= 0, "kv", kvMs, "at least 0 ms");
        check(baseMs + decodeMs > 0, "base + decode", baseMs + decodeMs, "above 0 ms");
    }

    /** Milliseconds of a step. */
    public double of(long prefillTokens, long decodeTokens, long contextTokens) {
        return baseMs + prefillMs * prefillTokens + decodeMs * decodeTokens + kvMs * contextTokens;
    }
}
