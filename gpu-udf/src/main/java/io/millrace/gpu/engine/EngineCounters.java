package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineStatistics;
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

    private final Speculator speculator;
    private long steps;
    private long stepNanos;
    private long prefillTokens;
    private long decodeTokens;
    private long batchedSequences;
    private long paddedKvSlots;
    private long attendedKvSlots;
    private volatile EngineStatistics published;

    EngineCounters(LoadedModel loaded) {
        this.speculator = loaded.speculator();
        published = copy(loaded.pool(), loaded.scheduler());
    }

    void step(StepExecutor.Outcome outcome, long nanos) {
        StepInputs inputs = outcome.inputs();
        steps++;
        stepNanos += nanos;
        batchedSequences += inputs.work().size();
        attendedKvSlots += inputs.attendedSlots();
        paddedKvSlots += inputs.paddedSlots();
        for (StepWork stepWork : inputs.work()) {
            Work work = stepWork.work();
            boolean decode = work.count() == 1 && work.from() >= work.sequence().promptLength();
            prefillTokens += decode ? 0 : work.count();
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
                speculator.statistics(),
                pool.size(),
                pool.used(),
                pool.peakUsed(),
                scheduler.running().size(),
                scheduler.waitingCount());
    }
}
