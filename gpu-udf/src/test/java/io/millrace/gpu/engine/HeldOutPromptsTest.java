package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rounded formats against our own float32 engine, which equals the oracle, on prompts that nothing
 * was tuned on: {@code MILLRACE_PROMPTS} points at a folder of {@code *.question.jsonl} files.
 */
class HeldOutPromptsTest {

    private static final int PROMPTS_PER_FILE = 5;
    private static final int MAX_PROMPT_TOKENS = 300;
    private static final int GENERATED = 64;
    private static final double CERTAIN_MARGIN = 0.5;
    private static final List<String> FILES =
            List.of("mt_bench", "gsm8k", "humaneval", "alpaca", "qa");

    @ParameterizedTest
    @EnumSource(value = WeightFormat.class, names = "FP32", mode = EnumSource.Mode.EXCLUDE)
    void keepsEveryCertainToken(WeightFormat format) throws Exception {
        Path path = TestModels.external("smollm2-135m-instruct").orElse(null);
        String prompts = System.getenv("MILLRACE_PROMPTS");
        assumeTrue(
                path != null && prompts != null, "MILLRACE_MODELS or MILLRACE_PROMPTS is not set");
        Comparison comparison = new Comparison();
        try (LoadedModel reference =
                        LoadedModel.load(TestModels.settings(path, WeightFormat.FP32));
                LoadedModel rounded = LoadedModel.load(TestModels.settings(path, format))) {
            List<int[]> all = prompts(path, Path.of(prompts));
            compare(all, reference, rounded, comparison);
            // The figures of docs/decisions/int8-accuracy.md: how often, beyond what must hold.
            System.out.printf("%s on %d held-out prompts: %s%n", format, all.size(), comparison);
            assertThat(comparison.misses).as("margins of certain tokens missed").isEmpty();
        }
    }

    /** Both take the float32 engine's tokens, so that they are compared in the same contexts. */
    private static void compare(
            List<int[]> prompts,
            LoadedModel reference,
            LoadedModel rounded,
            Comparison comparison) {
        prompts.forEach(prompt -> reference.scheduler().add(sequence(prompt)));
        prompts.forEach(prompt -> rounded.scheduler().add(sequence(prompt)));
        while (!reference.scheduler().isEmpty()) {
            Step expected = step(reference);
            Step actual = step(rounded);
            assertThat(expected.sampled()).hasSameSizeAs(actual.sampled());
            for (int i = 0; i < expected.sampled().size(); i++) {
                int token = comparison.add(expected.logits(i), actual.logits(i));
                take(token, expected.sampled().get(i), reference);
                take(token, actual.sampled().get(i), rounded);
            }
        }
    }

    private static void take(int token, Sequence sequence, LoadedModel model) {
        sequence.append(token);
        if (sequence.generatedLength() == GENERATED) {
            model.scheduler().finish(sequence);
        }
    }

    private static Sequence sequence(int[] prompt) {
        return new Sequence(
                Arrays.toString(prompt),
                prompt,
                new int[0],
                GENERATED,
                LengthEstimate.atMost(GENERATED),
                Service.DEFAULT,
                0);
    }

    /** The sequences that a step has sampled, and their logits one after the other. */
    private record Step(List<Sequence> sampled, float[] all) {
        float[] logits(int index) {
            int size = all.length / sampled.size();
            return Arrays.copyOfRange(all, index * size, (index + 1) * size);
        }
    }

    private static Step step(LoadedModel model) {
        StepPlan plan = model.scheduler().schedule(0);
        StepInputs inputs = model.inputs(plan.work().stream().map(StepWork::plain).toList());
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                IValue logits = model.decoder().logits(inputs)) {
            float[] all =
                    inputs.sampled().isEmpty()
                            ? new float[0]
                            : logits.toTensor((PtNDManager) manager).toFloatArray();
            plan.work().forEach(work -> model.scheduler().advance(work, 0));
            return new Step(inputs.sampled().stream().map(StepWork::sequence).toList(), all);
        }
    }

    private static List<int[]> prompts(Path model, Path folder) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        List<int[]> prompts = new ArrayList<>();
        try (ModelPromptEncoder encoder =
                ModelPromptEncoder.open(ModelDirectory.open(model), InstantSource.system())) {
            for (String file : FILES) {
                List<String> lines = Files.readAllLines(folder.resolve(file + ".question.jsonl"));
                int taken = 0;
                for (String line : lines) {
                    String text = mapper.readTree(line).get("turns").get(0).asText();
                    int[] ids = encoder.encode(new Prompt.Chat(List.of(new Message("user", text))));
                    if (ids.length <= MAX_PROMPT_TOKENS && taken++ < PROMPTS_PER_FILE) {
                        prompts.add(ids);
                    }
                }
            }
        }
        return prompts;
    }

    /** Sums over positions. */
    private static final class Comparison {
        private int positions;
        private int certain;
        private int agreed;
        private double squares;
        private long logits;
        private double bestSquares;
        private final List<Double> misses = new ArrayList<>();

        int add(float[] expected, float[] actual) {
            int[] best = best(expected);
            int chosen = best(actual)[0];
            double margin = expected[best[0]] - expected[best[1]];
            positions++;
            certain += margin >= CERTAIN_MARGIN ? 1 : 0;
            agreed += chosen == best[0] ? 1 : 0;
            if (chosen != best[0] && margin >= CERTAIN_MARGIN) {
                misses.add(margin);
            }
            for (int i = 0; i < expected.length; i++) {
                double difference = actual[i] - expected[i];
                squares += difference * difference;
            }
            logits += expected.length;
            for (int token : best) {
                double difference = actual[token] - expected[token];
                bestSquares += difference * difference / best.length;
            }
            return best[0];
        }

        private static int[] best(float[] logits) {
            int[] best = new int[5];
            float[] values = new float[best.length];
            Arrays.fill(values, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < logits.length; i++) {
                int at = best.length;
                while (at > 0 && logits[i] > values[at - 1]) {
                    at--;
                }
                if (at < best.length) {
                    System.arraycopy(values, at, values, at + 1, best.length - at - 1);
                    System.arraycopy(best, at, best, at + 1, best.length - at - 1);
                    values[at] = logits[i];
                    best[at] = i;
                }
            }
            return best;
        }

        @Override
        public String toString() {
            return "%d of %d tokens agree, %d of the %d with a margin of %.1f do not; root mean square error of the best 5 logits %.3f, of all %.3f"
                    .formatted(
                            agreed,
                            positions,
                            misses.size(),
                            certain,
                            CERTAIN_MARGIN,
                            Math.sqrt(bestSquares / positions),
                            Math.sqrt(squares / logits));
        }
    }
}
