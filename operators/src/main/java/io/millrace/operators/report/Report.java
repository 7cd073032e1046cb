package io.millrace.operators.report;

import io.millrace.core.engine.StepSums;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a job did, read from the accumulators of {@code JobExecutionResult} or, while it runs, of
 * {@code JobClient}. An immutable value.
 *
 * <p>Flink forgets what tasks counted that had finished before a failure. Results are counted where
 * that cannot happen, and there are at least as many requests as results; but the dead letters of
 * an input that had ended by then are missing.
 *
 * @param sums every figure, 0 where no operator counted it
 * @param peakKvBlocks the most KV blocks that any one engine used at once
 * @param kvBlocks of the largest engine
 * @param stepSums what the steps of all engines took for what they computed
 * @param firstReadMs epoch milliseconds of the first record read; {@link Long#MAX_VALUE} before it
 * @param lastResultMs epoch milliseconds of the last result; {@link Long#MIN_VALUE} before one
 * @param acceptanceByDepth how often a token drafted at depth 1, 2, ... was accepted
 * @param stepsByDrafter in how many steps each drafter drafted
 * @param jctMs how many succeeded requests took how many milliseconds from arrival to result
 */
@PublicEvolving
public record Report(
        Map<Figure, Long> sums,
        long peakKvBlocks,
        long kvBlocks,
        StepSums stepSums,
        long firstReadMs,
        long lastResultMs,
        List<Double> acceptanceByDepth,
        SortedMap<String, Long> stepsByDrafter,
        SortedMap<Integer, Integer> jctMs) {

    private static final Set<Figure> RESULTS =
            Set.of(Figure.SUCCEEDED, Figure.ERRORED, Figure.CANCELED, Figure.EXPIRED);

    static final String PREFIX = "millrace.";
    static final String PEAK_KV_BLOCKS = PREFIX + "peak_kv_blocks";
    static final String KV_BLOCKS = PREFIX + "kv_blocks";
    static final String STEP_SUMS = PREFIX + "step_sums.";
    static final String FIRST_READ_MS = PREFIX + "first_read_ms";
    static final String LAST_RESULT_MS = PREFIX + "last_result_ms";
    static final String JCT_HISTOGRAM = PREFIX + "jct_ms_histogram";
    static final String OFFERED_AT_DEPTH = PREFIX + "drafts_at_depth.";
    static final String STEPS_OF_DRAFTER = PREFIX + "speculating_steps.";
    static final String ACCEPTED_AT_DEPTH = PREFIX + "accepted_drafts_at_depth.";

    public Report {
        sums = Map.copyOf(sums);
        acceptanceByDepth = List.copyOf(acceptanceByDepth);
        stepsByDrafter = Collections.unmodifiableSortedMap(new TreeMap<>(stepsByDrafter));
        jctMs = Collections.unmodifiableSortedMap(new TreeMap<>(jctMs));
    }

    /** Reads the accumulators; names that are absent count as 0. */
    public static Report of(Map<String, Object> accumulators) {
        Map<Figure, Long> sums = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            sums.put(figure, number(accumulators, figure.accumulatorName(), 0));
        }
        long finished = RESULTS.stream().mapToLong(figure -> sums.getOrDefault(figure, 0L)).sum();
        sums.merge(Figure.REQUESTS, finished + sums.getOrDefault(Figure.DUPLICATES, 0L), Math::max);
        SortedMap<Integer, Integer> jctMs = new TreeMap<>();
        if (accumulators.get(JCT_HISTOGRAM) instanceof Map<?, ?> bins) {
            bins.forEach((bin, count) -> jctMs.put((Integer) bin, (Integer) count));
        }
        return new Report(
                sums,
                number(accumulators, PEAK_KV_BLOCKS, 0),
                number(accumulators, KV_BLOCKS, 0),
                stepSums(accumulators),
                number(accumulators, FIRST_READ_MS, Long.MAX_VALUE),
                number(accumulators, LAST_RESULT_MS, Long.MIN_VALUE),
                acceptanceByDepth(accumulators),
                stepsByDrafter(accumulators),
                jctMs);
    }

    private static StepSums stepSums(Map<String, Object> accumulators) {
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < StepSums.NONE.products().size(); i++) {
            sums.add(number(accumulators, STEP_SUMS + i, 0));
        }
        return new StepSums(sums);
    }

    private static SortedMap<String, Long> stepsByDrafter(Map<String, Object> accumulators) {
        SortedMap<String, Long> steps = new TreeMap<>();
        for (String name : accumulators.keySet()) {
            if (name.startsWith(STEPS_OF_DRAFTER)) {
                steps.put(name.substring(STEPS_OF_DRAFTER.length()), number(accumulators, name, 0));
            }
        }
        return steps;
    }

    private static List<Double> acceptanceByDepth(Map<String, Object> accumulators) {
        List<Double> rates = new ArrayList<>();
        for (int depth = 1; accumulators.containsKey(OFFERED_AT_DEPTH + depth); depth++) {
            rates.add(
                    ratio(
                            number(accumulators, ACCEPTED_AT_DEPTH + depth, 0),
                            number(accumulators, OFFERED_AT_DEPTH + depth, 0)));
        }
        return rates;
    }

    /** One of the sums. */
    public long get(Figure figure) {
        return sums.getOrDefault(figure, 0L);
    }

    /** Requests that have their result. */
    public long finished() {
        return RESULTS.stream().mapToLong(this::get).sum();
    }

    /** Seconds from the first record read to the last result; 0 before there is one. */
    public double wallSeconds() {
        return lastResultMs < firstReadMs ? 0 : (lastResultMs - firstReadMs) / 1e3;
    }

    /** Seconds inside engine steps. */
    public double engineSeconds() {
        return get(Figure.ENGINE_NANOS) / 1e9;
    }

    /** Sequences per step; 0 without a step. */
    public double meanBatch() {
        return ratio(get(Figure.BATCHED_SEQUENCES), get(Figure.STEPS));
    }

    /** Share of the attended KV slots that were padding. */
    public double paddingWaste() {
        return ratio(get(Figure.PADDED_KV_SLOTS), get(Figure.ATTENDED_KV_SLOTS));
    }

    /** Mean distance of predicted medians from the lengths that came, tokens. */
    public double predictionErrorTokens() {
        return ratio(get(Figure.PREDICTION_ERROR_TOKENS), get(Figure.PREDICTED_ANSWERS));
    }

    /** Mean milliseconds from arrival to result of succeeded requests. */
    public double jctMeanMs() {
        return ratio(get(Figure.JCT_MS), get(Figure.SUCCEEDED));
    }

    /**
     * The milliseconds within which that share of the succeeded requests had their result, at most
     * 1 % too large; 0 without any.
     */
    public long jctQuantileMs(double share) {
        long total = jctMs.values().stream().mapToLong(Integer::longValue).sum();
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (Map.Entry<Integer, Integer> bin : jctMs.entrySet()) {
            seen += bin.getValue();
            if (seen >= rank) {
                return bin.getKey();
            }
        }
        return 0;
    }

    private static long number(Map<String, Object> accumulators, String name, long absent) {
        return accumulators.get(name) instanceof Number number ? number.longValue() : absent;
    }

    private static double ratio(long numerator, long denominator) {
        return denominator == 0 ? 0 : (double) numerator / denominator;
    }
}
