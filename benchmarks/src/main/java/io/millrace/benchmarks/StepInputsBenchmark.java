package io.millrace.benchmarks;

import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.Work;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.gpu.decode.QueryGroups;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the engine computes in Java for each step before it calls the program: groups, block tables
 * and rows of decoding sequences with contexts of 16 to 1,024 tokens, nothing drafted.
 */
@State(Scope.Thread)
public class StepInputsBenchmark extends TimePerOperation {

    private static final int BLOCK_TOKENS = 16;
    private static final int LONGEST = 1_024;
    private static final int MAX_TOKENS = 256;

    @Param({"1", "64", "256"})
    int sequences;

    private final QueryGroups groups = new QueryGroups(BLOCK_TOKENS);
    private List<StepWork> work;
    private List<QueryGroups.Group> cut;

    @Setup(Level.Trial)
    public void plan() {
        int blocks = sequences * ((LONGEST + MAX_TOKENS) / BLOCK_TOKENS);
        StepScheduler scheduler =
                new StepScheduler(
                        SchedulingSettings.of(sequences, sequences * LONGEST),
                        new BlockPool(blocks, BLOCK_TOKENS),
                        WaitingPolicies.named("fcfs"),
                        new ConservativeAdmission());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < sequences; i++) {
            scheduler.add(sequence("s" + i, new int[random.nextInt(BLOCK_TOKENS, LONGEST)]));
        }
        StepPlan prefill = scheduler.schedule(0);
        for (Work chunk : prefill.work()) {
            scheduler.advance(chunk, 0);
            chunk.sequence().append(1);
        }
        work = scheduler.schedule(0).work().stream().map(StepWork::plain).toList();
        cut = groups.of(work);
    }

    /** Cuts the work into groups that attend together. */
    @Benchmark
    public Object group() {
        return groups.of(work);
    }

    /** Fills tables and rows of the groups. */
    @Benchmark
    public Object fill() {
        return new StepInputs(cut, BLOCK_TOKENS);
    }

    private static Sequence sequence(String key, int[] prompt) {
        return new Sequence(
                key,
                prompt,
                new int[0],
                MAX_TOKENS,
                LengthEstimate.atMost(MAX_TOKENS),
                Service.DEFAULT,
                0);
    }
}
