package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.draft.Drafters;
import io.millrace.gpu.draft.GeneratedRecurrent;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A recurrent drafter's beams against the published search, computed in plain Java. */
class RecurrentDrafterTest {

    private static final int DEPTH = 4;
    private static final int BEAMS = 6;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"96, 2, true", "320, 1, true", "96, 1, false", "320, 3, false"})
    void draftsThePublishedSearch(int inner, int blocks, boolean recurrent) throws IOException {
        GeneratedRecurrent drafter =
                GeneratedRecurrent.of(inner, blocks, recurrent, new Random(inner + blocks));
        drafter.write(folder);
        SpeculationSettings speculation =
                SpeculationSettings.of("recurrent", folder.toString())
                        .withTree(DEPTH, 255, BEAMS)
                        .withPlanner(SpeculationSettings.Planner.FIXED);
        EngineSettings settings =
                TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
        try (LoadedModel model = LoadedModel.load(settings)) {
            int[] prompt = Oracle.of("tiny-chat").cases().get(0).prompt();
            Sequence sequence = Prefilled.of(model, "prompt", prompt);
            int next = Oracle.of("tiny-chat").cases().get(0).greedy()[0];
            float[] context = feature(model, sequence);
            TokenTree tree = Prefilled.draft(model, sequence, next);

            Map<List<Integer>, Double> expected =
                    new RecurrentReference(drafter, embedding(), context)
                            .prefixes(next, BEAMS, DEPTH);

            Map<List<Integer>, Double> found = new HashMap<>();
            for (int node = 1; node <= tree.size(); node++) {
                List<Integer> path = IntStream.of(tree.path(node)).boxed().toList();
                found.put(path, (double) tree.score(node));
            }
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            found.forEach(
                    (path, score) ->
                            assertThat(score)
                                    .as("%s", path)
                                    .isCloseTo(expected.get(path), within(2e-3)));
        }
    }

    /** A state begins as zeros, which an 8-bit product has to bear. */
    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void draftsInEveryFormat(WeightFormat format) throws IOException {
        GeneratedRecurrent.of(96, 1, true, new Random(5)).write(folder);
        SpeculationSettings speculation =
                SpeculationSettings.of("recurrent", folder.toString())
                        .withTree(DEPTH, 255, BEAMS)
                        .withPlanner(SpeculationSettings.Planner.FIXED);
        EngineSettings settings = TestModels.settings(TestModels.TINY_CHAT, format, speculation);
        try (LoadedModel model = LoadedModel.load(settings)) {
            Sequence sequence = Prefilled.of(model, "prompt", new int[] {5, 6, 7});

            TokenTree tree = Prefilled.draft(model, sequence, 8);

            assertThat(tree.maxDepth()).isEqualTo(DEPTH);
            assertThat(model.speculator().statistics().failures()).isZero();
        }
    }

    @Test
    void isFoundByItsTensorsAndRefusedWhereOneIsMissing() throws IOException {
        GeneratedRecurrent drafter = GeneratedRecurrent.of(96, 1, true, new Random(1));
        drafter.write(folder);
        ModelDirectory target = ModelDirectory.open(TestModels.TINY_CHAT);
        SpeculationSettings automatic = SpeculationSettings.of("auto", folder.toString());
        assertThat(Drafters.open(automatic, target)).hasSize(2);

        drafter.weights().remove("rnn_u.bias");
        drafter.write(folder);

        assertThatThrownBy(() -> Drafters.open(automatic, target))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("tensor rnn_u.bias: missing (expected: shape [160])");
    }

    /** What the model has stored for the last computed token, [hidden]. */
    private static float[] feature(LoadedModel model, Sequence sequence) {
        int slot = sequence.blocks().slot(sequence.computed() - 1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            float[] all = model.decoder().features().toTensor((PtNDManager) manager).toFloatArray();
            int width = GeneratedRecurrent.HIDDEN;
            return java.util.Arrays.copyOfRange(all, slot * width, (slot + 1) * width);
        }
    }

    private static float[] embedding() {
        FloatBuffer values =
                FloatBuffer.allocate(GeneratedRecurrent.WORDS * GeneratedRecurrent.HIDDEN);
        ModelDirectory.open(TestModels.TINY_CHAT).weights().embedding().readFloats(values);
        return values.array();
    }
}
