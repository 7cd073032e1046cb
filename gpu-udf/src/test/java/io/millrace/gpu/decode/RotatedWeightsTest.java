package io.millrace.gpu.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.TestCheckpoint;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotatedWeightsTest {

    private static final int BLOCK_TOKENS = 4;
    private static final int BLOCKS = 16;
    private static final int[] PROMPT = {3, 17, 4, 9, 11, 2, 19, 8, 5, 5, 14};
    private static final List<int[]> TEXTS =
            List.of(
                    new int[] {1, 2, 3, 4, 5, 6, 7, 8},
                    new int[] {9, 10, 11, 12, 13},
                    new int[] {14});

    private final PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");

    @TempDir Path directory;

    @BeforeAll
    static void prepare() {
        Program.prepareThread();
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void leavesLogitsAndFeaturesAsTheyAre(String family) throws IOException {
        ModelDirectory model = model(family);

        Outputs plain = run(model, WeightFormat.FP32, Unprepared::new);
        Outputs rotated =
                run(
                        model,
                        WeightFormat.FP32,
                        parent -> new RotatedWeights(model.config(), TEXTS, parent));

        assertClose(rotated.logits(), plain.logits(), 1e-5);
        assertClose(rotated.features(), plain.features(), 1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void givesInt8TheInputsThatItRoundsWell(String family) throws IOException {
        ModelDirectory model = model(family);

        Outputs exact = run(model, WeightFormat.FP32, Unprepared::new);
        Outputs rounded =
                run(
                        model,
                        WeightFormat.INT8,
                        parent -> new RotatedWeights(model.config(), TEXTS, parent));

        assertClose(rounded.logits(), exact.logits(), 0.02);
    }

    /** Every value within a share of the largest. */
    private static void assertClose(float[] actual, float[] expected, double share) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(largest).isPositive();
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within(share * largest));
        }
    }

    private ModelDirectory model(String family) throws IOException {
        return ModelDirectory.open(new TestCheckpoint(family).writeSafetensors(directory));
    }

    /**
     * What a prompt gives.
     *
     * @param logits after it
     * @param features of all its tokens the final norm's output and two layers' inputs
     */
    private record Outputs(float[] logits, float[] features) {}

    private Outputs run(
            ModelDirectory model,
            WeightFormat format,
            Function<PtNDManager, WeightPreparation> preparation) {
        KvShape kv = KvShape.of(model.config(), BLOCK_TOKENS, format.kvType());
        float[] logits = {};
        float[] features = {};
        for (TargetFeatures read :
                List.of(TargetFeatures.FINAL, TargetFeatures.of(List.of(0, 1)))) {
            try (Decoder decoder =
                            new Decoder(model, format, kv, BLOCKS, read, manager, preparation);
                    IValue result = decoder.logits(prompt())) {
                logits = result.toTensor(manager).toFloatArray();
                if (format == WeightFormat.FP32) {
                    float[] stored = decoder.features().toTensor(manager).toFloatArray();
                    int known = features.length;
                    features = Arrays.copyOf(features, known + stored.length);
                    System.arraycopy(stored, 0, features, known, stored.length);
                }
            }
        }
        return new Outputs(logits, features);
    }

    private static StepInputs prompt() {
        StepScheduler scheduler =
                new StepScheduler(
                        SchedulingSettings.of(1, PROMPT.length),
                        new BlockPool(BLOCKS, BLOCK_TOKENS),
                        WaitingPolicies.named("fcfs"),
                        new ConservativeAdmission());
        scheduler.add(
                new Sequence(
                        "prompt",
                        PROMPT,
                        new int[0],
                        1,
                        LengthEstimate.atMost(1),
                        Service.DEFAULT,
                        0));
        List<StepWork> work = scheduler.schedule(0).work().stream().map(StepWork::plain).toList();
        return new StepInputs(new QueryGroups(BLOCK_TOKENS).of(work), BLOCK_TOKENS);
    }
}
