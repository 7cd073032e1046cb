package io.millrace.benchmarks;

import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.PeakMemoryAdmission;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.Work;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The scheduler's share of an engine step under full load: answers grow by a token each, those that
 * are complete leave, as many others are admitted and prefilled in chunks.
 */
@State(Scope.Thread)
public class StepSchedulerBenchmark extends TimePerOperation {

    private static final int BLOCK_TOKENS = 16;
    private static final int BLOCKS_PER_SEQUENCE = 48;
    private static final int TOKEN_BUDGET = 512;
    private static final double RESERVE = 0.05;

    // Long enough that answers of every age run side by side.
    private static final int STEPS_BEFORE = 1_000;

    @Param({"64", "256"})
    int sequences;

    private SampleRequests requests;
    private StepScheduler scheduler;

    @Setup(Level.Iteration)
    public void start() {
        requests = new SampleRequests(new SplittableRandom(1));
        scheduler =
                new StepScheduler(
                        SchedulingSettings.of(sequences, TOKEN_BUDGET),
                        new BlockPool(sequences * BLOCKS_PER_SEQUENCE, BLOCK_TOKENS),
                        WaitingPolicies.named("fcfs"),
                        new PeakMemoryAdmission(RESERVE));
        for (int i = 0; i < sequences + sequences / 8; i++) {
            scheduler.add(sequence(requests.next()));
        }
        for (int i = 0; i < STEPS_BEFORE; i++) {
            step();
        }
    }

    /** Plans a step and notes its outcome; the model's part is left out. */
    @Benchmark
    public StepPlan step() {
        StepPlan plan = scheduler.schedule(0);
        for (Work work : plan.work()) {
            boolean samples = work.samples();
            scheduler.advance(work, 0);
            if (samples) {
                work.sequence().append(work.from());
                finishIfComplete(work.sequence());
            }
        }
        return plan;
    }

    private void finishIfComplete(Sequence sequence) {
        if (sequence.maxRemaining() == 0) {
            scheduler.finish(sequence);
            scheduler.add(sequence(requests.next()));
        }
    }

    private static Sequence sequence(QueuedRequest request) {
        return new Sequence(
                request.key(),
                request.promptTokens(),
                new int[0],
                request.maxTokens(),
                request.predicted(),
                request.request().service(),
                request.request().arrivalMs());
    }
}
