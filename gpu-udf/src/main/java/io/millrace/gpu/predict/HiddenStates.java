package io.millrace.gpu.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
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
import java.util.Arrays;
import java.util.List;

/**
 * Reads prompts and answers with a model on the CPU, in the format that an engine takes by default,
 * and keeps of their states what {@link HiddenStateForesight} will see. Stateless.
 */
final class HiddenStates {

    private static final int BLOCK_TOKENS = 16;
    private static final int SEQUENCES = 16;
    private static final int TOKEN_BUDGET = 512;
    private static final int POOLED_CONTEXTS = 2;

    private HiddenStates() {}

    /**
     * A request to read.
     *
     * @param prompt tokens; treated as immutable
     * @param answer tokens that are read behind it; treated as immutable
     * @param places how many of those are known where it is looked at, ascending
     */
    record Reading(int[] prompt, int[] answer, List<Integer> places) {

        /** What has to be computed. */
        int[] tokens(boolean answers) {
            int last = answers ? places.get(places.size() - 1) : 0;
            int[] all = Arrays.copyOf(prompt, prompt.length + last);
            System.arraycopy(answer, 0, all, prompt.length, last);
            return all;
        }
    }

    /** What is stored for a predictor that reads a layer; the last one's after the final norm. */
    static TargetFeatures features(int layer, int layers) {
        return layer == layers ? TargetFeatures.FINAL : TargetFeatures.of(List.of(layer));
    }

    /**
     * The vectors of each request at its places, for a thread that is prepared for programs.
     *
     * @param seen what is looked at
     */
    static float[][][] of(
            ModelDirectory model,
            PredictorWriter.Seen seen,
            List<Reading> readings,
            TrainingProgress progress) {
        WeightFormat format = WeightFormat.fastest(false, CpuFeatures.detected());
        KvShape shape = KvShape.of(model.config(), BLOCK_TOKENS, format.kvType());
        int blocks = POOLED_CONTEXTS * (model.config().contextLength() / BLOCK_TOKENS + 1);
        TargetFeatures features = features(seen.layer(), model.config().layers());
        try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Decoder decoder = new Decoder(model, format, shape, blocks, features, manager)) {
            StepScheduler scheduler = scheduler(blocks);
            for (int i = 0; i < readings.size(); i++) {
                int[] tokens = readings.get(i).tokens(seen.answers());
                scheduler.add(sequence(String.valueOf(i), tokens));
            }
            return read(decoder, scheduler, seen, readings, progress);
        }
    }

    private static float[][][] read(
            Decoder decoder,
            StepScheduler scheduler,
            PredictorWriter.Seen seen,
            List<Reading> readings,
            TrainingProgress progress) {
        StateVector vector =
                new StateVector(StateVector.Pool.of(decoder), seen.common(), seen.answers());
        float[][][] vectors = new float[readings.size()][][];
        QueryGroups groups = new QueryGroups(BLOCK_TOKENS);
        int done = 0;
        while (!scheduler.isEmpty()) {
            StepPlan plan = scheduler.schedule(0);
            List<StepWork> work = plan.work().stream().map(StepWork::plain).toList();
            decoder.logits(new StepInputs(groups.of(work), BLOCK_TOKENS)).close();
            for (Work each : plan.work()) {
                Sequence sequence = each.sequence();
                scheduler.advance(each, 0);
                if (each.samples()) {
                    int index = Integer.parseInt(sequence.key());
                    Reading reading = readings.get(index);
                    vectors[index] =
                            reading.places().stream()
                                    .map(at -> vector.of(sequence, reading.prompt().length, at))
                                    .toArray(float[][]::new);
                    scheduler.finish(sequence);
                    done++;
                }
            }
            progress.update("reading", done, readings.size(), "");
        }
        return vectors;
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
