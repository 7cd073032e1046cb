package io.millrace.operators.report;

import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Completion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * One subtask's share of the report. Flink forgets the accumulators of an attempt that failed, so
 * they are operator state too: after a restart they go on from the checkpoint, like the results
 * they count. All methods run on the task's thread; Flink reads the accumulators from others.
 */
@Internal
public final class Figures {

    private static final ListStateDescriptor<Tuple2<String, Long>> STATE =
            new ListStateDescriptor<>("report", Types.TUPLE(Types.STRING, Types.LONG));

    private final Map<Figure, LongCounter> sums = new EnumMap<>(Figure.class);
    private final LongMaximum peakKvBlocks = new LongMaximum();
    private final LongMaximum kvBlocks = new LongMaximum();
    private final LongMinimum firstReadMs = new LongMinimum();
    private final LongMaximum lastResultMs = new LongMaximum();
    private final LatencyHistogram jctMs = new LatencyHistogram();
    private final Map<String, LongCounter> numbered = new TreeMap<>();
    private final ListState<Tuple2<String, Long>> state;
    private final RuntimeContext context;

    private Figures(ListState<Tuple2<String, Long>> state, RuntimeContext context) {
        this.state = state;
        this.context = context;
        for (Figure figure : Figure.values()) {
            sums.put(figure, new LongCounter());
        }
        peakKvBlocks.add(0);
        kvBlocks.add(0);
    }

    /**
     * Restores what the last checkpoint counted and shows it as accumulators of the job; called
     * once per subtask, before it counts.
     */
    public static Figures restore(OperatorStateStore store, RuntimeContext context)
            throws Exception {
        Figures figures = new Figures(store.getListState(STATE), context);
        for (Tuple2<String, Long> entry : figures.state.get()) {
            figures.restoreOne(entry.f0, entry.f1);
        }
        figures.register();
        return figures;
    }

    /** Writes them into the checkpoint in progress. */
    public void snapshot() throws Exception {
        state.clear();
        for (Map.Entry<Figure, LongCounter> sum : sums.entrySet()) {
            if (sum.getValue().getLocalValuePrimitive() != 0) {
                state.add(Tuple2.of(sum.getKey().name(), sum.getValue().getLocalValuePrimitive()));
            }
        }
        for (Map.Entry<String, LongCounter> sum : numbered.entrySet()) {
            state.add(Tuple2.of(sum.getKey(), sum.getValue().getLocalValuePrimitive()));
        }
        state.add(Tuple2.of(Report.PEAK_KV_BLOCKS, peakKvBlocks.getLocalValuePrimitive()));
        state.add(Tuple2.of(Report.FIRST_READ_MS, firstReadMs.getLocalValuePrimitive()));
        state.add(Tuple2.of(Report.LAST_RESULT_MS, lastResultMs.getLocalValuePrimitive()));
        for (Map.Entry<Integer, Integer> bin : jctMs.copy().getLocalValue().entrySet()) {
            state.add(Tuple2.of(Report.JCT_HISTOGRAM + bin.getKey(), (long) bin.getValue()));
        }
    }

    /** Adds to a sum. */
    public void add(Figure figure, long amount) {
        sum(figure).add(amount);
    }

    /** The sum so far, of this subtask. */
    public long get(Figure figure) {
        return sum(figure).getLocalValuePrimitive();
    }

    /** A record was read at that time. */
    public void readAt(long nowMs) {
        firstReadMs.add(nowMs);
    }

    /** Counts a result that was emitted. */
    public void count(Completion completion) {
        lastResultMs.add(completion.timing().finishedMs());
        if (completion.timing().startedMs() > 0) {
            // Reading came before, but what counted that may be forgotten by now.
            firstReadMs.add(completion.timing().startedMs());
        }
        add(
                switch (completion.status()) {
                    case SUCCEEDED -> Figure.SUCCEEDED;
                    case ERRORED -> Figure.ERRORED;
                    case CANCELED -> Figure.CANCELED;
                    case EXPIRED -> Figure.EXPIRED;
                },
                1);
        add(Figure.INPUT_TOKENS, completion.usage().inputTokens());
        add(Figure.OUTPUT_TOKENS, completion.usage().outputTokens());
        add(Figure.CACHED_TOKENS, completion.usage().cachedTokens());
        if (completion.status() == Completion.Status.SUCCEEDED) {
            long durationMs =
                    Math.max(0, completion.timing().finishedMs() - completion.timing().arrivalMs());
            add(Figure.JCT_MS, durationMs);
            jctMs.record(durationMs);
        }
    }

    /** Counts what an engine did between two looks at it. */
    public void count(EngineStatistics before, EngineStatistics now) {
        add(Figure.ENGINE_NANOS, now.stepNanos() - before.stepNanos());
        add(Figure.STEPS, now.steps() - before.steps());
        add(Figure.BATCHED_SEQUENCES, now.batchedSequences() - before.batchedSequences());
        add(Figure.PREFILL_TOKENS, now.prefillTokens() - before.prefillTokens());
        add(Figure.DECODE_TOKENS, now.decodeTokens() - before.decodeTokens());
        add(Figure.PADDED_KV_SLOTS, now.paddedKvSlots() - before.paddedKvSlots());
        add(Figure.ATTENDED_KV_SLOTS, now.attendedKvSlots() - before.attendedKvSlots());
        add(Figure.PREEMPTIONS, now.preemptions() - before.preemptions());
        add(Figure.DRAFTED_TOKENS, now.draftedTokens() - before.draftedTokens());
        add(Figure.ACCEPTED_TOKENS, now.acceptedTokens() - before.acceptedTokens());
        peakKvBlocks.add((long) now.peakKvBlocks());
        kvBlocks.add((long) now.kvBlocks());
        count(before.speculation(), now.speculation());
        count(before.prediction(), now.prediction());
        List<Long> sums = now.stepSums().since(before.stepSums()).products();
        for (int i = 0; i < sums.size(); i++) {
            add(Report.STEP_SUMS + i, sums.get(i));
        }
    }

    /** Counts a prediction and what came. */
    public void predicted(int tokens, int actual) {
        add(Figure.PREDICTED_ANSWERS, 1);
        add(Figure.PREDICTION_ERROR_TOKENS, Math.abs((long) tokens - actual));
    }

    private void count(PredictionStatistics before, PredictionStatistics now) {
        add(Figure.TRAINED_PREDICTIONS, now.predictions() - before.predictions());
        add(Figure.PREDICTOR_FAILURES, now.failures() - before.failures());
        add(Figure.PREDICTION_NANOS, now.nanos() - before.nanos());
    }

    private void count(SpeculationStatistics before, SpeculationStatistics now) {
        add(Figure.SPECULATING_STEPS, now.speculatingSteps() - before.speculatingSteps());
        add(Figure.DRAFT_NANOS, now.draftNanos() - before.draftNanos());
        add(Figure.DRAFTER_FAILURES, now.failures() - before.failures());
        now.stepsByDrafterSince(before)
                .forEach((name, steps) -> add(Report.STEPS_OF_DRAFTER + name, steps));
        for (int depth = 1; depth <= now.offeredByDepth().size(); depth++) {
            add(Report.OFFERED_AT_DEPTH + depth, now.offered(depth) - before.offered(depth));
            add(Report.ACCEPTED_AT_DEPTH + depth, now.accepted(depth) - before.accepted(depth));
        }
    }

    /** Adds to a numbered sum, which becomes an accumulator once there is one of that number. */
    private void add(String name, long amount) {
        numbered.computeIfAbsent(
                        name,
                        added -> {
                            LongCounter sum = new LongCounter();
                            context.addAccumulator(added, sum);
                            return sum;
                        })
                .add(amount);
    }

    private void register() {
        sums.forEach((figure, sum) -> context.addAccumulator(figure.accumulatorName(), sum));
        context.addAccumulator(Report.PEAK_KV_BLOCKS, peakKvBlocks);
        context.addAccumulator(Report.KV_BLOCKS, kvBlocks);
        context.addAccumulator(Report.FIRST_READ_MS, firstReadMs);
        context.addAccumulator(Report.LAST_RESULT_MS, lastResultMs);
        context.addAccumulator(Report.JCT_HISTOGRAM, jctMs);
    }

    private void restoreOne(String name, long value) {
        if (name.equals(Report.PEAK_KV_BLOCKS)) {
            peakKvBlocks.add(value);
        } else if (name.equals(Report.FIRST_READ_MS)) {
            firstReadMs.add(value);
        } else if (name.equals(Report.LAST_RESULT_MS)) {
            lastResultMs.add(value);
        } else if (name.startsWith(Report.JCT_HISTOGRAM)) {
            int bin = Integer.parseInt(name.substring(Report.JCT_HISTOGRAM.length()));
            jctMs.restore(bin, Math.toIntExact(value));
        } else if (name.startsWith(Report.OFFERED_AT_DEPTH)
                || name.startsWith(Report.ACCEPTED_AT_DEPTH)
                || name.startsWith(Report.STEPS_OF_DRAFTER)
                || name.startsWith(Report.STEP_SUMS)) {
            add(name, value);
        } else {
            add(Figure.valueOf(name), value);
        }
    }

    private LongCounter sum(Figure figure) {
        LongCounter sum = sums.get(figure);
        if (sum == null) {
            throw new IllegalStateException("figure: " + figure + " (expected: a known one)");
        }
        return sum;
    }
}
