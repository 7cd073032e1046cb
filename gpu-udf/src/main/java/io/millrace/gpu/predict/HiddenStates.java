package io.millrace.gpu.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
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
import io.millrace.gpu.program.CpuFeatures;
import io.millrace.gpu.program.WeightFormat;
import java.util.List;

/**
 * Reads prompts with a model on the CPU, in the format that an engine takes by default, and keeps
 * the hidden state of their last tokens: what {@link HiddenStateForesight} will see. Stateless.
 */
final class HiddenStates {

    private static final int BLOCK_TOKENS = 16;
    private static final int SEQUENCES = 16;
    private static final int TOKEN_BUDGET = 512;
    private static final int POOLED_CONTEXTS = 2;

    private HiddenStates() {}

    /** The state of each prompt's last token, for a thread that is prepared for programs. */
    static float[][] of(ModelDirectory model, List<int[]> prompts, TrainingProgress progress) {
        WeightFormat format = WeightFormat.fastest(false, CpuFeatures.detected());
        KvShape shape = KvShape.of(model.config(), BLOCK_TOKENS, format.kvType());
        int blocks = POOLED_CONTEXTS * (model.config().contextLength() / BLOCK_TOKENS + 1);
        try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Decoder decoder =
                        new Decoder(model, format, shape, blocks, TargetFeatures.FINAL, manager)) {
            StepScheduler scheduler = scheduler(blocks);
            for (int i = 0; i < prompts.size(); i++) {
                scheduler.add(sequence(String.valueOf(i), prompts.get(i)));
            }
            return read(decoder, scheduler, prompts.size(), progress);
        }
    }

    private static float[][] read(
            Decoder decoder, StepScheduler scheduler, int count, TrainingProgress progress) {
        float[][] states = new float[count][];
        QueryGroups groups = new QueryGroups(BLOCK_TOKENS);
        int done = 0;
        while (!scheduler.isEmpty()) {
            StepPlan plan = scheduler.schedule(0);
            List<StepWork> work = plan.work().stream().map(StepWork::plain).toList();
            try (IValue logits = decoder.logits(new StepInputs(groups.of(work), BLOCK_TOKENS))) {
                for (Work each : plan.work()) {
                    Sequence sequence = each.sequence();
                    boolean whole = each.samples();
                    scheduler.advance(each, 0);
                    if (whole) {
                        long slot = sequence.blocks().slot(sequence.promptLength() - 1);
                        states[Integer.parseInt(sequence.key())] =
                                decoder.stored(new long[] {slot});
                        scheduler.finish(sequence);
                        done++;
                    }
                }
            }
            progress.update("reading prompts", done, count, "");
        }
        return states;
    }

    private static StepScheduler scheduler(int blocks) {
        return new StepScheduler(
                SchedulingSettings.of(SEQUENCES, TOKEN_BUDGET),
                new BlockPool(blocks, BLOCK_TOKENS),
                WaitingPolicies.named("fcfs"),
                Admissions.named("conservative", 0));
    }

    private static Sequence sequence(String key, int[] prompt) {
        return new Sequence(
                key, prompt, new int[0], 1, LengthEstimate.atMost(1), Service.DEFAULT, 0);
    }
}
