package io.millrace.gpu.draft;

import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TreeMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The n-grams that lookahead has collected for a sequence, by their first token (2402.02057,
 * section 3.2): of each the latest few. One thread.
 */
final class NgramPool {

    // What a token behind one that held is taken to be worth; the planner corrects it by what is
    // accepted.
    private static final float GOES_ON = (float) Math.log(0.7);

    private final int perToken;
    private final Map<Integer, LinkedHashSet<List<Integer>>> byFirst = new HashMap<>();

    /** A pool that keeps so many for a token. */
    NgramPool(int perToken) {
        this.perToken = perToken;
    }

    /** Adds what followed a token; the one that was added or seen longest ago makes room. */
    void add(int first, int[] following) {
        LinkedHashSet<List<Integer>> ngrams =
                byFirst.computeIfAbsent(first, key -> new LinkedHashSet<>());
        List<Integer> ngram = IntStream.of(following).boxed().toList();
        ngrams.remove(ngram);
        if (ngrams.size() == perToken) {
            ngrams.remove(ngrams.iterator().next());
        }
        ngrams.add(ngram);
    }

    /** What may follow a token, as one tree: later n-grams are taken to be more probable. */
    TokenTree draft(int token, int maxDepth) {
        List<List<Integer>> ngrams =
                new ArrayList<>(byFirst.getOrDefault(token, new LinkedHashSet<>()));
        Collections.reverse(ngrams);
        int[][] tokens = new int[ngrams.size()][];
        float[][] logProbabilities = new float[ngrams.size()][];
        for (int i = 0; i < tokens.length; i++) {
            int[] whole = ngrams.get(i).stream().mapToInt(Integer::intValue).toArray();
            tokens[i] = Arrays.copyOf(whole, Math.min(maxDepth, whole.length));
            logProbabilities[i] = new float[tokens[i].length];
            Arrays.fill(logProbabilities[i], GOES_ON);
            logProbabilities[i][0] = (float) Math.log(1 / (i + 2.0));
        }
        return TreeMerge.ofSequences(tokens, logProbabilities);
    }
}
