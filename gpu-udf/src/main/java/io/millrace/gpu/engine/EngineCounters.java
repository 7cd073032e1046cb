package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.StepSums;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.Work;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;

/**
 * Counts what an engine does. Written by the engine's thread alone, which publishes a copy after
 * every step; anybody may read that.
 */
final class EngineCounters {

    private static final long NANOS_PER_MICRO = 1_000;

    /** Enough for any fit; the sums of so many steps' squares stay far below 2^63. */
    private static final long LOGGED_STEPS = 1_000_000;

    private final LoadedModel loaded;
    private long steps;
    private long stepNanos;
    private long prefillTokens;
    private long decodeTokens;
    private long batchedSequences;
    private long paddedKvSlots;
    private long attendedKvSlots;
    private StepSums stepSums = StepSums.NONE;
    private volatile EngineStatistics published;

    EngineCounters(LoadedModel loaded) {
        this.loaded = loaded;
        published = copy(loaded.pool(), loaded.scheduler());
    }

    void step(StepExecutor.Outcome outcome, long nanos) {
        StepInputs inputs = outcome.inputs();
        steps++;
        stepNanos += nanos;
        batchedSequences += inputs.work().size();
        attendedKvSlots += inputs.attendedSlots();
        paddedKvSlots += inputs.paddedSlots();
        long prefill = 0;
        long decode = 0;
        long context = 0;
        for (StepWork stepWork : inputs.work()) {
            Work work = stepWork.work();
            boolean decodes = work.count() == 1 && work.from() >= work.sequence().promptLength();
            prefill += decodes ? 0 : work.count();
            decode += decodes ? 1 : 0;
            context += decodes ? work.end() : 0;
        }
        prefillTokens += prefill;
        boolean plain = inputs.work().stream().noneMatch(StepWork::speculates);
        if (plain && stepSums.steps() < LOGGED_STEPS) {
            stepSums = stepSums.plus(prefill, decode, context, nanos / NANOS_PER_MICRO);
        }
        for (Verified verified : outcome.verified()) {
            decodeTokens += verified.tokens().size();
        }
    }

    void publish(BlockPool pool, StepScheduler scheduler) {
        published = copy(pool, scheduler);
    }

    EngineStatistics published() {
        return published;
    }

    private EngineStatistics copy(BlockPool pool, StepScheduler scheduler) {
        return new EngineStatistics(
                steps,
                stepNanos,
                prefillTokens,
                decodeTokens,
                batchedSequences,
                paddedKvSlots,
                attendedKvSlots,
                scheduler.preemptions(),
                loaded.speculator().statistics(),
                loaded.predictionStatistics(),
                stepSums,
                pool.size(),
                pool.used(),
                pool.peakUsed(),
                scheduler.running().size(),
                scheduler.waitingCount());
    }
}
