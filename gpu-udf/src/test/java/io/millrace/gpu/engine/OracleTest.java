package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.program.WeightFormat;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine against another implementation's outputs. */
class OracleTest {

    private static final double FP32_LOGIT = 1e-3;
    private static final double FP32_MARGIN = 1e-3;
    private static final double ROUNDED_MARGIN = 0.5;

    @Test
    void tinyChatHasTheOraclesLogits() {
        assertLogits(TestModels.TINY_CHAT, "tiny-chat");
    }

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void tinyChatContinuesAsTheOracle(WeightFormat format) throws Exception {
        assertGreedy(TestModels.TINY_CHAT, "tiny-chat", format);
    }

    @Test
    void smolLm2HasTheOraclesLogits() {
        assertLogits(smolLm2(), "smollm2-135m-instruct");
    }

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void smolLm2ContinuesAsTheOracle(WeightFormat format) throws Exception {
        assertGreedy(smolLm2(), "smollm2-135m-instruct", format);
    }

    private static Path smolLm2() {
        Optional<Path> model = TestModels.external("smollm2-135m-instruct");
        assumeTrue(model.isPresent(), "MILLRACE_MODELS does not point at SmolLM2");
        return model.orElseThrow();
    }

    private static void assertLogits(Path path, String name) {
        try (LoadedModel model = LoadedModel.load(TestModels.settings(path, WeightFormat.FP32))) {
            for (Oracle.Case oracle : Oracle.of(name).cases()) {
                for (Oracle.Best best : oracle.best()) {
                    float[] logits = logits(model, oracle, best.generated());
                    for (int i = 0; i < best.tokens().length; i++) {
                        assertThat((double) logits[best.tokens()[i]])
                                .as("%s, %d generated", oracle.name(), best.generated())
                                .isCloseTo(best.logits()[i], within(FP32_LOGIT));
                    }
                }
            }
        }
    }

    static float[] logits(LoadedModel model, Oracle.Case oracle, int generated) {
        Sequence sequence =
                new Sequence(
                        "probe",
                        oracle.prompt(),
                        java.util.Arrays.copyOf(oracle.greedy(), generated),
                        generated + 1,
                        LengthEstimate.atMost(generated + 1),
                        Service.DEFAULT,
                        0);
        model.scheduler().add(sequence);
        float[] result = {};
        while (result.length == 0) {
            StepPlan plan = model.scheduler().schedule(0);
            StepInputs inputs = model.inputs(plan.work().stream().map(StepWork::plain).toList());
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    IValue logits = model.decoder().logits(inputs)) {
                if (!inputs.sampled().isEmpty()) {
                    result = logits.toTensor((PtNDManager) manager).toFloatArray();
                }
            }
            plan.work().forEach(work -> model.scheduler().advance(work, 0));
        }
        model.scheduler().finish(sequence);
        return result;
    }

    /** All cases at once, so that they share steps, chunks and blocks. */
    private static void assertGreedy(Path path, String name, WeightFormat format) throws Exception {
        List<Oracle.Case> cases = Oracle.of(name).cases();
        RecordingListener listener = new RecordingListener();
        int compared = 0;
        int agreed = 0;
        try (DjlEngine engine =
                DjlEngine.start(
                        TestModels.settings(path, format), listener, InstantSource.system())) {
            engine.submit(cases.stream().map(OracleTest::task).toList());
            for (Oracle.Case oracle : cases) {
                int[] tokens = RecordedTokens.of(listener.await(oracle.name()));
                double margin = format == WeightFormat.FP32 ? FP32_MARGIN : ROUNDED_MARGIN;
                int agreeing = agreeing(tokens, oracle.greedy());
                assertThat(agreeing)
                        .as("%s in %s: tokens that agree", oracle.name(), format)
                        .isGreaterThanOrEqualTo(oracle.certain(margin));
                compared += oracle.greedy().length;
                agreed += agreeing;
            }
        }
        System.out.printf(
                "%s %s: first difference after %d of %d tokens (sum over %d prompts)%n",
                name, format, agreed, compared, cases.size());
    }

    private static int agreeing(int[] left, int[] right) {
        int mismatch = java.util.Arrays.mismatch(left, right);
        return mismatch < 0 ? right.length : mismatch;
    }

    private static GenerationTask task(Oracle.Case oracle) {
        return new GenerationTask(
                oracle.name(),
                IntBuffer.wrap(oracle.prompt()),
                Progress.NONE,
                oracle.greedy().length,
                Sampling.GREEDY,
                StopRules.NONE,
                0,
                true,
                LengthEstimate.atMost(oracle.greedy().length),
                Service.DEFAULT,
                0);
    }
}
