package io.millrace.gpu.engine;

import static io.millrace.gpu.draft.GeneratedRecurrent.HIDDEN;
import static io.millrace.gpu.draft.GeneratedRecurrent.WORDS;

import io.millrace.gpu.draft.GeneratedRecurrent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The recurrent drafter's beam search as its paper and code have it, over the whole vocabulary, in
 * float64.
 *
 * @param embedding [words, hidden]
 * @param context [hidden], the model's last hidden state
 */
record RecurrentReference(GeneratedRecurrent drafter, float[] embedding, float[] context) {

    private static final int KEPT = 50;

    private record Beam(List<Integer> tokens, double score, double[] state) {}

    /** Every prefix of the best beams, with its log-probability. */
    Map<List<Integer>, Double> prefixes(int first, int beams, int length) {
        List<Beam> best = List.of(new Beam(List.of(), 0, new double[HIDDEN]));
        Map<List<Integer>, Double> scores = new HashMap<>();
        for (int level = 0; level < length; level++) {
            List<Beam> grown = new ArrayList<>();
            for (Beam beam : best) {
                int last = level == 0 ? first : beam.tokens().get(level - 1);
                double[] state = advance(last, beam.state());
                double[] logits = logits(state);
                double[] sorted = logits.clone();
                Arrays.sort(sorted);
                double least = sorted[WORDS - KEPT];
                double sum = 0;
                for (double logit : logits) {
                    sum += logit >= least ? Math.exp(logit - sorted[WORDS - 1]) : 0;
                }
                for (int word = 0; word < WORDS; word++) {
                    if (logits[word] >= least) {
                        double p = logits[word] - sorted[WORDS - 1] - Math.log(sum);
                        List<Integer> tokens = new ArrayList<>(beam.tokens());
                        tokens.add(word);
                        grown.add(new Beam(tokens, beam.score() + p, state));
                    }
                }
            }
            grown.sort(Comparator.comparingDouble(Beam::score).reversed());
            best = grown.subList(0, beams);
            best.forEach(beam -> scores.put(beam.tokens(), beam.score()));
        }
        Map<List<Integer>, Double> kept = new HashMap<>();
        for (Beam beam : best) {
            for (int end = 1; end <= length; end++) {
                List<Integer> prefix = beam.tokens().subList(0, end);
                kept.put(prefix, scores.get(prefix));
            }
        }
        return kept;
    }

    private double[] advance(int token, double[] state) {
        double[] embedded = new double[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            embedded[i] = embedding[token * HIDDEN + i];
        }
        if (!drafter.recurrent()) {
            return sum(embedded, state);
        }
        double[] own = sum(times("rnn_u.weight", state), bias("rnn_u.bias"));
        return silu(sum(times("rnn_w.weight", embedded), own));
    }

    private double[] logits(double[] state) {
        double[] x = new double[2 * HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            x[i] = context[i];
            x[HIDDEN + i] = state[i];
        }
        if (drafter.inner() != x.length) {
            x = sum(times("input_proj.weight", x), bias("input_proj.bias"));
        }
        for (int i = 0; i < drafter.blocks(); i++) {
            String name = "lm_head." + i + ".linear.";
            x = sum(x, silu(sum(times(name + "weight", x), bias(name + "bias"))));
        }
        return times("lm_head." + drafter.blocks() + ".weight", x);
    }

    private double[] times(String name, double[] x) {
        float[] matrix = weight(name);
        double[] result = new double[matrix.length / x.length];
        for (int row = 0; row < result.length; row++) {
            for (int i = 0; i < x.length; i++) {
                result[row] += matrix[row * x.length + i] * x[i];
            }
        }
        return result;
    }

    private double[] bias(String name) {
        float[] values = weight(name);
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    private float[] weight(String name) {
        float[] values = drafter.weights().get(name);
        if (values == null) {
            throw new IllegalStateException(name);
        }
        return values;
    }

    private static double[] sum(double[] left, double[] right) {
        double[] result = new double[left.length];
        Arrays.setAll(result, i -> left[i] + right[i]);
        return result;
    }

    private static double[] silu(double[] x) {
        return Arrays.stream(x).map(v -> v / (1 + Math.exp(-v))).toArray();
    }
}
