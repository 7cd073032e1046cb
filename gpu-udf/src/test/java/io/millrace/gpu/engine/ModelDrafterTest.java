package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Sampling;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that drafts for another. */
class ModelDrafterTest {

    private static final int DEPTH = 4;

    /** Its tree's best path is what the model says itself, however rows were caught up on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void modelThatDraftsForItselfIsAlwaysRight(int branching) throws Exception {
        SpeculationSettings speculation = settings(TestModels.TINY_CHAT, branching);
        EngineSettings settings =
                TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
        RecordingListener listener = new RecordingListener();
        try (DjlEngine engine = DjlEngine.start(settings, listener, InstantSource.system())) {
            List<GenerationTask> tasks = tasks();
            engine.submit(tasks);
            for (GenerationTask task : tasks) {
                listener.await(task.key());
            }
            SpeculationStatistics statistics = engine.statistics().speculation();
            long offered = statistics.offeredByDepth().get(0);
            long accepted = statistics.acceptedByDepth().get(0);
            assertThat(offered).isPositive();
            // Products of other row counts round otherwise: two nearly equal words may swap.
            assertThat((double) accepted / offered).isGreaterThan(0.99);
            if (branching == 1) {
                assertThat((double) statistics.acceptedTokens() / statistics.draftedTokens())
                        .isGreaterThan(0.97);
            }
        }
    }

    @Test
    void verifiesTheUnionOfSeveralModelsTrees() throws Exception {
        String draft = TestModels.TINY_CHAT.toString();
        SpeculationSettings one = settings(TestModels.TINY_CHAT, 2);
        SpeculationSettings two =
                SpeculationSettings.of("draft-model", draft, draft)
                        .withTree(DEPTH, 2 * DEPTH, 2)
                        .withPlanner(SpeculationSettings.Planner.FIXED);

        TokenTree alone = draft(one);

        // Twins draft alike, so their union is what each of them drafts.
        assertThat(alone.size()).isEqualTo(2 * DEPTH);
        assertThat(paths(draft(two))).isEqualTo(paths(alone));
    }

    private static Set<List<Integer>> paths(TokenTree tree) {
        return IntStream.rangeClosed(1, tree.size())
                .mapToObj(node -> IntStream.of(tree.path(node)).boxed().toList())
                .collect(Collectors.toSet());
    }

    private static TokenTree draft(SpeculationSettings speculation) {
        EngineSettings settings =
                TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
        Oracle.Case oracle = Oracle.of("tiny-chat").cases().get(0);
        try (LoadedModel model = LoadedModel.load(settings)) {
            return Prefilled.draft(
                    model, Prefilled.of(model, "prompt", oracle.prompt()), oracle.greedy()[0]);
        }
    }

    @Test
    void refusesModelWhoseTokensStandForSomethingElse(@TempDir Path directory) throws IOException {
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(TestModels.TINY_CHAT.resolve(name), directory.resolve(name));
        }
        String tokenizer = Files.readString(TestModels.TINY_CHAT.resolve("tokenizer.json"));
        String special = "<|im_end|>";
        assertThat(tokenizer).contains(special);
        Files.writeString(
                directory.resolve("tokenizer.json"), tokenizer.replace(special, "<|im_stop|>"));
        EngineSettings settings =
                TestModels.settings(
                        TestModels.TINY_CHAT, WeightFormat.FP32, settings(directory, 1));
        assertThatThrownBy(() -> LoadedModel.load(settings))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(directory.resolve("tokenizer.json").toString())
                .hasMessageContaining("<|im_stop|>")
                .hasMessageContaining("<|im_end|>");
    }

    private static SpeculationSettings settings(Path draft, int branching) {
        return SpeculationSettings.of("draft-model", draft.toString())
                .withTree(DEPTH, DEPTH * branching, branching)
                .withPlanner(SpeculationSettings.Planner.FIXED);
    }

    /** Greedy; some prompts are longer than what is caught up on in one call. */
    private static List<GenerationTask> tasks() {
        Random random = new Random(7);
        List<GenerationTask> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int[] prompt = random.ints(i == 3 ? 300 : 5 + 9 * i, 3, 2048).toArray();
            tasks.add(
                    Tasks.of(
                            "task" + i,
                            prompt,
                            40,
                            Sampling.GREEDY,
                            Tasks.endless(),
                            Progress.NONE));
        }
        return tasks;
    }
}
