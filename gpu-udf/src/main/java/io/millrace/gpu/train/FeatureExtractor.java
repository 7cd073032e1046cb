package io.millrace.gpu.train;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.Admissions;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.Work;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.decode.QueryGroups;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import io.millrace.gpu.program.WeightFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Runs the model over exchanges, without sampling, and keeps the hidden states that heads will see
 * when they draft: by the engine's own decoder, in its own precision. For one thread, which must
 * have called {@link Program#prepareThread()}.
 */
final class FeatureExtractor implements AutoCloseable {

    private static final int BLOCK_TOKENS = 16;
    private static final int SEQUENCES = 8;
    private static final int STEP_TOKENS = 512;

    private final Decoder decoder;
    private final BlockPool pool;
    private final Program program;
    private final PtNDManager manager;

    /**
     * Loads the model.
     *
     * @param read what is kept of each token
     * @param longest tokens of an exchange at most
     * @param program one with the part {@code training.py}
     */
    FeatureExtractor(
            ModelDirectory model,
            WeightFormat format,
            TargetFeatures read,
            int longest,
            Program program,
            PtNDManager parent) {
        int blocks = SEQUENCES * (longest / BLOCK_TOKENS + 2);
        KvShape shape = KvShape.of(model.config(), BLOCK_TOKENS, format.kvType());
        this.manager = (PtNDManager) parent.newSubManager();
        this.decoder = new Decoder(model, format, shape, blocks, read, manager);
        this.pool = new BlockPool(blocks, BLOCK_TOKENS);
        this.program = program;
    }

    /** Writes a row for every token of every exchange, in their order. */
    void extract(List<Exchange> exchanges, FeatureFile target, LongConsumer extractedTokens) {
        StepScheduler scheduler =
                new StepScheduler(
                        SchedulingSettings.of(SEQUENCES, STEP_TOKENS),
                        pool,
                        WaitingPolicies.named("fcfs"),
                        Admissions.named(Admissions.CONSERVATIVE, 0));
        QueryGroups groups = new QueryGroups(BLOCK_TOKENS);
        long[] firstRows = firstRows(exchanges);
        for (int i = 0; i < exchanges.size(); i++) {
            scheduler.add(sequence(i, exchanges.get(i)));
        }
        long done = 0;
        while (!scheduler.isEmpty()) {
            StepPlan plan = scheduler.schedule(0);
            List<StepWork> work = plan.work().stream().map(StepWork::plain).toList();
            decoder.logits(new StepInputs(groups.of(work), BLOCK_TOKENS)).close();
            for (Work part : plan.work()) {
                scheduler.advance(part, 0);
                Sequence sequence = part.sequence();
                if (sequence.computed() == sequence.length()) {
                    target.write(firstRows[Integer.parseInt(sequence.key())], features(sequence));
                    scheduler.finish(sequence);
                    done += sequence.length();
                    extractedTokens.accept(done);
                }
            }
        }
    }

    /** The row of the first token of each exchange. */
    static long[] firstRows(List<Exchange> exchanges) {
        long[] rows = new long[exchanges.size()];
        for (int i = 1; i < rows.length; i++) {
            rows[i] = rows[i - 1] + exchanges.get(i - 1).length();
        }
        return rows;
    }

    private static Sequence sequence(int index, Exchange exchange) {
        return new Sequence(
                Integer.toString(index),
                exchange.tokens(),
                new int[0],
                1,
                LengthEstimate.atMost(1),
                Service.DEFAULT,
                0);
    }

    private float[] features(Sequence sequence) {
        long[] slots = new long[sequence.length()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = sequence.blocks().slot(i);
        }
        try (NDManager step = manager.newSubManager();
                Values call = new Values()) {
            IValue wanted = call.own(IValue.from((PtNDArray) step.create(slots)));
            return call.own(program.run("pick", decoder.features(), wanted))
                    .toTensor((PtNDManager) step)
                    .toFloatArray();
        }
    }

    @Override
    public void close() {
        decoder.close();
        manager.close();
    }
}
