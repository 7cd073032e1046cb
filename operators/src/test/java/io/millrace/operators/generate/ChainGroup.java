package io.millrace.operators.generate;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.report.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.Accumulator;
import org.apache.flink.api.common.accumulators.AccumulatorHelper;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.util.OptionalFailure;
import org.jspecify.annotations.Nullable;

/** All subtasks of the chain, behind the exchange by lane. */
final class ChainGroup implements AutoCloseable {

    /** State of all subtasks, as one. */
    record Checkpoint(ChainHarness.Checkpoint all, int subtasks) {}

    private final List<ChainHarness> chains = new ArrayList<>();

    /** Subtasks that start empty, or from what others wrote, however many those were. */
    static ChainGroup open(
            BatchSettings settings,
            GenerationEngine.Factory engines,
            @Nullable Checkpoint checkpoint,
            int subtasks,
            @Nullable StateBackend backend)
            throws Exception {
        ChainGroup group = new ChainGroup();
        for (int i = 0; i < subtasks; i++) {
            ChainHarness.Checkpoint share =
                    checkpoint == null
                            ? null
                            : checkpoint.all().share(checkpoint.subtasks(), subtasks, i);
            group.chains.add(ChainHarness.open(settings, engines, share, subtasks, i, backend));
        }
        return group;
    }

    void process(QueuedRequest... requests) throws Exception {
        for (QueuedRequest request : requests) {
            int subtask =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            request.lane(), ChainHarness.MAX_PARALLELISM, chains.size());
            chains.get(subtask).process(request);
        }
    }

    void cancel(String id) throws Exception {
        control(new ControlMessage.Cancel(id));
    }

    void control(ControlMessage message) throws Exception {
        for (ChainHarness chain : chains) {
            chain.control(message);
        }
    }

    void setTime(long ms) throws Exception {
        for (ChainHarness chain : chains) {
            chain.setTime(ms);
        }
    }

    void runMails() {
        chains.forEach(ChainHarness::runMails);
    }

    List<Completion> takeResults() {
        List<Completion> results = new ArrayList<>();
        chains.forEach(chain -> results.addAll(chain.takeResults()));
        return results;
    }

    /** A checkpoint; in {@code meanwhile} engines may do what they like. */
    Checkpoint checkpoint(Runnable meanwhile) throws Exception {
        List<ChainHarness.Checkpoint> parts = new ArrayList<>();
        for (ChainHarness chain : chains) {
            chain.beforeBarrier();
            meanwhile.run();
            parts.add(chain.snapshot());
        }
        return new Checkpoint(ChainHarness.Checkpoint.ofAll(parts), chains.size());
    }

    Checkpoint checkpoint() throws Exception {
        return checkpoint(() -> {});
    }

    int keyedEntries() {
        return chains.stream().mapToInt(ChainHarness::keyedEntries).sum();
    }

    int size() {
        return chains.size();
    }

    /** The report that the accumulators of all subtasks make. */
    Report report() {
        Map<String, OptionalFailure<Accumulator<?, ?>>> merged = new HashMap<>();
        for (ChainHarness chain : chains) {
            Map<String, Accumulator<?, ?>> ofChain = new HashMap<>();
            chain.generate()
                    .getEnvironment()
                    .getAccumulatorRegistry()
                    .getUserMap()
                    .forEach((name, value) -> ofChain.put(name, value.clone()));
            AccumulatorHelper.mergeInto(merged, ofChain);
        }
        Map<String, Object> values = new HashMap<>();
        merged.forEach((name, value) -> values.put(name, value.getUnchecked().getLocalValue()));
        return Report.of(values);
    }

    @Override
    public void close() throws Exception {
        for (ChainHarness chain : chains) {
            chain.close();
        }
    }
}
