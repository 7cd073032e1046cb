package io.millrace.operators.generate;

import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Completion;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.AlarmClock;
import io.millrace.operators.report.Figures;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a subtask of {@code generate} and its engine show. The task's thread looks at the engine
 * once a second; reporters read the last look from their own threads.
 */
@PublicEvolving
public final class GenerateMetrics {

    /** Sequences with KV blocks now. */
    public static final String RUNNING_SEQUENCES = "runningSequences";

    /** Tasks that wait inside the engine now. */
    public static final String WAITING_SEQUENCES = "waitingSequences";

    /** KV blocks in use now. */
    public static final String USED_KV_BLOCKS = "usedKvBlocks";

    /** KV blocks of the pool. */
    public static final String TOTAL_KV_BLOCKS = "totalKvBlocks";

    /** The most KV blocks ever in use. */
    public static final String PEAK_KV_BLOCKS = "peakKvBlocks";

    /** Iterations. */
    public static final String STEPS = "steps";

    /** Prompt tokens computed, recomputation included. */
    public static final String PREFILL_TOKENS = "prefillTokens";

    /** Tokens generated. */
    public static final String DECODE_TOKENS = "decodeTokens";

    /** Sequences that lost their KV cache and started over. */
    public static final String PREEMPTIONS = "preemptions";

    /** Tokens proposed by a drafter. */
    public static final String DRAFTED_TOKENS = "draftedTokens";

    /** Of those, accepted. */
    public static final String ACCEPTED_TOKENS = "acceptedTokens";

    /** Steps in which something was drafted. */
    public static final String SPECULATING_STEPS = "speculatingSteps";

    /** Group of {@link #SPECULATING_STEPS} once more, by the drafter that the planner chose. */
    public static final String DRAFTER = "drafter";

    /** Drafters that failed and were switched off. */
    public static final String DRAFTER_FAILURES = "drafterFailures";

    /** Share of the time inside steps in which was drafted, since the look before. */
    public static final String DRAFT_TIME_SHARE = "draftTimeShare";

    /** Tokens that one sequence gains per step of its own, since the look before. */
    public static final String ACCEPTED_PER_STEP = "acceptedPerStep";

    /** Share of the drafts accepted at a depth, in the group {@link #DEPTH}, since the start. */
    public static final String ACCEPTANCE_RATE = "acceptanceRate";

    /** Label: how many drafted tokens stand before, itself included; the first few. */
    public static final String DEPTH = "depth";

    private static final int SHOWN_DEPTHS = 8;

    /** Prompt and generated tokens per second, since the look before. */
    public static final String TOKENS_PER_SECOND = "tokensPerSecond";

    /** Sequences per step, since the look before. */
    public static final String MEAN_BATCH = "meanBatch";

    /** Share of the time inside steps, since the look before. */
    public static final String STEP_TIME_SHARE = "stepTimeShare";

    /** Share of KV slots attended to only as padding, since the look before. */
    public static final String PADDING_WASTE = "paddingWaste";

    /** Results emitted, in the group {@link #STATUS} of their status. */
    public static final String RESULTS = "results";

    /** Label: the status as it leaves the process. */
    public static final String STATUS = "status";

    /** How far predicted medians were from the lengths that came, tokens; the latest weigh most. */
    public static final String PREDICTION_ERROR_TOKENS = "predictionErrorTokens";

    /** Predictions asked of a trained predictor. */
    public static final String TRAINED_PREDICTIONS = "trainedPredictions";

    /** Of those, such as failed and were made from the lengths seen. */
    public static final String PREDICTOR_FAILURES = "predictorFailures";

    /** Time in predictions for each second inside steps, since the look before. */
    public static final String PREDICTION_TIME_SHARE = "predictionTimeShare";

    /** By how much predicted medians are corrected, logarithm of the factor. */
    public static final String MEDIAN_SHIFT = "medianShift";

    /** Likewise the quantiles by which is admitted. */
    public static final String UPPER_SHIFT = "upperShift";

    private static final long INTERVAL_MS = 1_000;

    /** Of the latest answer in the mean error. */
    private static final double LATEST = 0.02;

    private final ProcessingTimeService timers;
    private final GenerationEngine engine;
    private final Figures figures;
    private final AlarmClock nextLook;
    private final Map<Completion.Status, Counter> results = new EnumMap<>(Completion.Status.class);
    private volatile Look last;
    private volatile double predictionError;
    private boolean judged;

    GenerateMetrics(
            MetricGroup group,
            ProcessingTimeService timers,
            GenerationEngine engine,
            Figures figures) {
        this.timers = timers;
        this.engine = engine;
        this.figures = figures;
        this.nextLook = new AlarmClock(timers, this::lookAgainAndAgain);
        EngineStatistics now = engine.statistics();
        this.last = new Look(timers.getCurrentProcessingTime(), now, Rates.NONE);
        register(group);
        lookAgainAndAgain();
    }

    /** Looks at the engine: counts what it did since the look before. */
    void look() {
        long nowMs = timers.getCurrentProcessingTime();
        EngineStatistics now = engine.statistics();
        Look before = last;
        figures.count(before.statistics(), now);
        // Rates over an instant would be noise: the checkpoint looks too.
        if (nowMs > before.timeMs()) {
            Rates rates = Rates.between(before.statistics(), now, nowMs - before.timeMs());
            last = new Look(nowMs, now, rates);
        } else {
            last = new Look(nowMs, now, before.rates());
        }
    }

    void emitted(Completion completion) {
        Counter counter = results.get(completion.status());
        if (counter != null) {
            counter.inc();
        }
    }

    /** An answer ended whose length had been predicted. */
    void answered(QueuedRequest request, int tokens) {
        int predicted = request.predicted().median();
        figures.predicted(predicted, tokens);
        double error = Math.abs((double) predicted - tokens);
        double before = judged ? predictionError : error;
        predictionError = before + LATEST * (error - before);
        judged = true;
    }

    private void lookAgainAndAgain() {
        look();
        nextLook.set(OptionalLong.of(last.timeMs() + INTERVAL_MS));
    }

    private void register(MetricGroup group) {
        count(group, RUNNING_SEQUENCES, EngineStatistics::runningSequences);
        count(group, WAITING_SEQUENCES, EngineStatistics::waitingSequences);
        count(group, USED_KV_BLOCKS, EngineStatistics::usedKvBlocks);
        count(group, TOTAL_KV_BLOCKS, EngineStatistics::kvBlocks);
        count(group, PEAK_KV_BLOCKS, EngineStatistics::peakKvBlocks);
        count(group, STEPS, EngineStatistics::steps);
        count(group, PREFILL_TOKENS, EngineStatistics::prefillTokens);
        count(group, DECODE_TOKENS, EngineStatistics::decodeTokens);
        count(group, PREEMPTIONS, EngineStatistics::preemptions);
        count(group, DRAFTED_TOKENS, EngineStatistics::draftedTokens);
        count(group, ACCEPTED_TOKENS, EngineStatistics::acceptedTokens);
        count(group, SPECULATING_STEPS, s -> s.speculation().speculatingSteps());
        count(group, DRAFTER_FAILURES, s -> s.speculation().failures());
        count(group, TRAINED_PREDICTIONS, s -> s.prediction().predictions());
        count(group, PREDICTOR_FAILURES, s -> s.prediction().failures());
        rate(group, PREDICTION_TIME_SHARE, Rates::predictionTimeShare);
        shift(group, MEDIAN_SHIFT, QuantileShifts::median);
        shift(group, UPPER_SHIFT, QuantileShifts::upper);
        group.gauge(PREDICTION_ERROR_TOKENS, (Gauge<Double>) () -> predictionError);
        rate(group, DRAFT_TIME_SHARE, Rates::draftTimeShare);
        rate(group, ACCEPTED_PER_STEP, Rates::acceptedPerStep);
        for (int depth = 1; depth <= SHOWN_DEPTHS; depth++) {
            int at = depth;
            group.addGroup(DEPTH, String.valueOf(depth))
                    .gauge(ACCEPTANCE_RATE, (Gauge<Double>) () -> acceptanceRate(at));
        }
        for (String drafter : last.statistics().speculation().stepsByDrafter().keySet()) {
            count(
                    group.addGroup(DRAFTER, drafter),
                    SPECULATING_STEPS,
                    s -> s.speculation().stepsOf(drafter));
        }
        rate(group, TOKENS_PER_SECOND, Rates::tokensPerSecond);
        rate(group, MEAN_BATCH, Rates::meanBatch);
        rate(group, STEP_TIME_SHARE, Rates::stepTimeShare);
        rate(group, PADDING_WASTE, Rates::paddingWaste);
        for (Completion.Status status : Completion.Status.values()) {
            String name = status.name().toLowerCase(Locale.ROOT);
            results.put(status, group.addGroup(STATUS, name).counter(RESULTS));
        }
    }

    private double acceptanceRate(int depth) {
        SpeculationStatistics speculation = last.statistics().speculation();
        return Rates.ratio(speculation.accepted(depth), speculation.offered(depth));
    }

    private void count(MetricGroup group, String name, ToLongFunction<EngineStatistics> value) {
        group.gauge(name, (Gauge<Long>) () -> value.applyAsLong(last.statistics()));
    }

    private void shift(MetricGroup group, String name, ToDoubleFunction<QuantileShifts> value) {
        group.gauge(
                name,
                (Gauge<Double>) () -> value.applyAsDouble(last.statistics().prediction().shifts()));
    }

    private void rate(MetricGroup group, String name, ToDoubleFunction<Rates> value) {
        group.gauge(name, (Gauge<Double>) () -> value.applyAsDouble(last.rates()));
    }

    private record Look(long timeMs, EngineStatistics statistics, Rates rates) {}

    private record Rates(
            double tokensPerSecond,
            double meanBatch,
            double stepTimeShare,
            double paddingWaste,
            double draftTimeShare,
            double predictionTimeShare,
            double acceptedPerStep) {

        static final Rates NONE = new Rates(0, 0, 0, 0, 0, 0, 0);

        static Rates between(EngineStatistics before, EngineStatistics now, long elapsedMs) {
            long tokens =
                    now.prefillTokens()
                            + now.decodeTokens()
                            - before.prefillTokens()
                            - before.decodeTokens();
            long decoded = now.decodeTokens() - before.decodeTokens();
            long accepted = now.acceptedTokens() - before.acceptedTokens();
            return new Rates(
                    tokens * 1e3 / elapsedMs,
                    ratio(
                            now.batchedSequences() - before.batchedSequences(),
                            now.steps() - before.steps()),
                    (now.stepNanos() - before.stepNanos()) / (elapsedMs * 1e6),
                    ratio(
                            now.paddedKvSlots() - before.paddedKvSlots(),
                            now.attendedKvSlots() - before.attendedKvSlots()),
                    ratio(
                            now.speculation().draftNanos() - before.speculation().draftNanos(),
                            now.stepNanos() - before.stepNanos()),
                    ratio(
                            now.prediction().nanos() - before.prediction().nanos(),
                            now.stepNanos() - before.stepNanos()),
                    ratio(decoded, decoded - accepted));
        }

        private static double ratio(long numerator, long denominator) {
            return denominator == 0 ? 0 : (double) numerator / denominator;
        }
    }
}
