package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.memory.BlockTable;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One generation on its way: its tokens, and how many of them are in the KV cache.
 *
 * <p>Owned by the engine's thread. Only {@link #length()}, {@link #generatedLength()} and {@link
 * #generatedTokens()} may be called from other threads; what they see is a state that was.
 */
public final class Sequence implements Candidate {

    private final String key;
    private final int promptLength;
    private final int maxTokens;
    private final Service service;
    private final long arrivalMs;

    // INVARIANT: a reader that sees a length sees an array that holds all tokens below it, because
    // the token is stored and a grown array is published before the length.
    private volatile int[] tokens;
    private volatile int length;

    private LengthEstimate predicted;
    private int computed;
    private int preemptions;
    private @Nullable BlockTable blocks;

    // Book-keeping of its scheduler: generated tokens that it has told of, and has estimated after.
    private int told;
    private int estimatedAt;
    private boolean foreseen;

    /**
     * A sequence of which nothing is computed yet.
     *
     * @param prompt not empty; copied
     * @param generated tokens of an earlier run; copied
     * @param maxTokens the most tokens to generate, those included
     * @param predicted the length of the whole answer, those included
     */
    public Sequence(
            String key,
            int[] prompt,
            int[] generated,
            int maxTokens,
            LengthEstimate predicted,
            Service service,
            long arrivalMs) {
        check(prompt.length > 0, "prompt", prompt.length, "at least 1 token");
        check(
                maxTokens > generated.length,
                "maxTokens",
                maxTokens,
                "more than the " + generated.length + " tokens generated before");
        this.key = key;
        this.promptLength = prompt.length;
        this.maxTokens = maxTokens;
        this.predicted = predicted;
        this.service = service;
        this.arrivalMs = arrivalMs;
        int known = prompt.length + generated.length;
        int[] array = Arrays.copyOf(prompt, known + 16);
        System.arraycopy(generated, 0, array, prompt.length, generated.length);
        this.tokens = array;
        this.length = known;
        this.told = generated.length;
        this.estimatedAt = generated.length;
    }

    /** Unique in a scheduler. */
    public String key() {
        return key;
    }

    @Override
    public int promptLength() {
        return promptLength;
    }

    /** Tokens known: prompt and generated. Any thread. */
    public int length() {
        return length;
    }

    @Override
    public int generatedLength() {
        return length - promptLength;
    }

    /** A copy of the tokens generated so far. Any thread. */
    public int[] generatedTokens() {
        int known = length;
        return Arrays.copyOfRange(tokens, promptLength, known);
    }

    /** The token at a position below {@link #length()}. */
    public int token(int position) {
        return tokens[position];
    }

    /** The array that holds all tokens, longer than {@link #length()}; not to be changed. */
    public int[] tokens() {
        return tokens;
    }

    /**
     * Adds a generated token.
     *
     * @throws IllegalStateException if the answer has its full length already
     */
    public void append(int token) {
        int known = length;
        if (maxRemaining() == 0) {
            throw new IllegalStateException(key + " has all of its " + maxTokens + " tokens");
        }
        if (known == tokens.length) {
            tokens = Arrays.copyOf(tokens, known + Math.max(64, known / 2));
        }
        tokens[known] = token;
        length = known + 1;
    }

    /** How many tokens, from the first, have their keys and values in the cache. */
    public int computed() {
        return computed;
    }

    /** Where its keys and values are. */
    public BlockTable blocks() {
        if (blocks == null) {
            throw new IllegalStateException(key + " was not added to a scheduler");
        }
        return blocks;
    }

    @Override
    public int maxRemaining() {
        return maxTokens - generatedLength();
    }

    /**
     * Tokens still to come if the answer is a long one, at least 1. An answer that outgrows its
     * prediction is taken to grow to the next power of two times that.
     */
    @Override
    public int predictedRemaining() {
        return remaining(predicted.upper());
    }

    @Override
    public int expectedRemaining() {
        return remaining(predicted.median());
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public long arrivalMs() {
        return arrivalMs;
    }

    /** How often it lost its cache and started over. */
    public int preemptions() {
        return preemptions;
    }

    /** The most tokens to generate. */
    public int maxTokens() {
        return maxTokens;
    }

    /** The length of the whole answer, as predicted last. */
    public LengthEstimate predicted() {
        return predicted;
    }

    /** Tokens generated since the scheduler asked last. */
    int takeGenerated() {
        int generated = generatedLength();
        int fresh = generated - told;
        told = generated;
        return fresh;
    }

    /** Whether it has grown enough since its length was predicted last. */
    boolean isDue(Foresight foresight) {
        int after = foreseen ? foresight.everyTokens() : foresight.firstAfterTokens();
        return generatedLength() - estimatedAt >= after;
    }

    void estimate(LengthEstimate estimate) {
        predicted = estimate;
        estimatedAt = generatedLength();
        foreseen = true;
    }

    /** Whether its next work is the single token that it generated last. */
    boolean decodes() {
        return computed == length - 1 && computed > 0;
    }

    void attach(BlockTable table) {
        blocks = table;
    }

    void computedUpTo(int position) {
        computed = position;
    }

    /** Its first tokens are in the cache already, though never all of them. */
    void reuse(int cachedTokens) {
        computed = Math.max(computed, Math.min(cachedTokens, length - 1));
    }

    /** Loses its cache, keeps its tokens. */
    void preempt() {
        blocks().release();
        computed = 0;
        preemptions++;
    }

    private int remaining(int estimate) {
        int generated = generatedLength();
        long total = Math.max(1, estimate);
        while (total <= generated) {
            total *= 2;
        }
        return (int) Math.min(total - generated, maxRemaining());
    }

    @Override
    public String toString() {
        return "Sequence[%s, %d of %d tokens computed]".formatted(key, computed, length);
    }
}
