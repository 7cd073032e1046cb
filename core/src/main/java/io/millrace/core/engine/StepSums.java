package io.millrace.core.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What steps took and what they computed, as the sums that a linear fit of the time needs: of every
 * pair of 1, prompt tokens, answer tokens, tokens of context that answer tokens attended to, and
 * microseconds, the sum over steps of their product. Steps that speculated are left out, since
 * their tokens do not tell their time. An immutable value.
 *
 * @param products the upper triangle, row by row
 */
public record StepSums(List<Long> products) {

    /** What is multiplied: 1, prompt tokens, answer tokens, context, microseconds. */
    public static final int TERMS = 5;

    private static final int PRODUCTS = TERMS * (TERMS + 1) / 2;

    /** Of no steps. */
    public static final StepSums NONE = new StepSums(Collections.nCopies(PRODUCTS, 0L));

    public StepSums {
        products = List.copyOf(products);
        if (products.size() != PRODUCTS) {
            throw new IllegalArgumentException(
                    "products: %d (expected: %d)".formatted(products.size(), PRODUCTS));
        }
    }

    /** With another step. */
    public StepSums plus(long promptTokens, long answerTokens, long context, long micros) {
        long[] terms = {1, promptTokens, answerTokens, context, micros};
        List<Long> sums = new ArrayList<>(PRODUCTS);
        for (int i = 0; i < TERMS; i++) {
            for (int j = i; j < TERMS; j++) {
                sums.add(products.get(sums.size()) + terms[i] * terms[j]);
            }
        }
        return new StepSums(sums);
    }

    /** Of the steps since an earlier look. */
    public StepSums since(StepSums before) {
        List<Long> sums = new ArrayList<>(PRODUCTS);
        for (int i = 0; i < PRODUCTS; i++) {
            sums.add(products.get(i) - before.products.get(i));
        }
        return new StepSums(sums);
    }

    /** Steps. */
    public long steps() {
        return products.get(0);
    }

    /** The sum of the products of two terms. */
    public long product(int i, int j) {
        int row = Math.min(i, j);
        int column = Math.max(i, j);
        return products.get(row * TERMS - row * (row - 1) / 2 + column - row);
    }
}
