package io.millrace.gpu.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.model.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts that do not fit are refused before anything is loaded. */
class DraftFilesTest {

    private static final ModelDirectory TINY_CHAT =
            ModelDirectory.open(Path.of("../models/tiny-chat"));
    private static final Path MEDUSA = Path.of("../models/tiny-chat-medusa");

    @TempDir Path folder;

    @Test
    void readsThreeLayersAndAReducedVocabularyOfEagle3() throws IOException {
        GeneratedEagle3.write(folder, new Random(3));

        assertThat(open("eagle", folder).get(0).features())
                .isEqualTo(TargetFeatures.of(List.of(1, 2, 3)));
        assertThat(open("auto", folder)).hasSize(2);
    }

    @Test
    void namesATensorThatIsMissing() throws IOException {
        List<StoredTensor> tensors = new ArrayList<>(GeneratedEagle3.tensors(new Random(3)));
        tensors.removeIf(tensor -> tensor.name().equals("midlayer.mlp.up_proj.weight"));
        GeneratedEagle3.write(folder, tensors);

        assertRefused(
                "eagle",
                folder,
                "model.safetensors",
                "tensor midlayer.mlp.up_proj.weight: missing (expected: shape [384, 160])");
    }

    @Test
    void namesATensorOfAnotherShape() throws IOException {
        List<StoredTensor> tensors = new ArrayList<>(GeneratedEagle3.tensors(new Random(3)));
        tensors.removeIf(tensor -> tensor.name().equals("fc.weight"));
        tensors.add(StoredTensor.floats("fc.weight", new float[160 * 320], 160, 320));
        GeneratedEagle3.write(folder, tensors);

        assertRefused(
                "eagle",
                folder,
                "model.safetensors",
                "tensor fc.weight: shape: [160, 320] (expected: [160, 480])");
    }

    @Test
    void namesWhatIsNotTheModels() throws IOException {
        GeneratedEagle3.write(folder, new Random(3));
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"vocab_size\": 2048", "\"vocab_size\": 7"));

        assertRefused(
                "eagle", folder, "config.json", "vocab_size: 7 (expected: 2048, as in tiny-chat)");
    }

    @Test
    void namesWordsBeyondTheVocabulary() throws IOException {
        List<StoredTensor> tensors = new ArrayList<>(GeneratedEagle3.tensors(new Random(3)));
        StoredTensor map =
                tensors.stream().filter(t -> t.name().equals("d2t")).findFirst().orElseThrow();
        map.bytes()[8 * 599 + 1] = 100;
        GeneratedEagle3.write(folder, tensors);

        assertRefused("eagle", folder, "model.safetensors", "tensor d2t: id of word 599");
    }

    @Test
    void wantsADirectoryWhereTheMethodNeedsOne() {
        assertThatThrownBy(() -> Drafters.open(SpeculationSettings.of("medusa"), TINY_CHAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("engine.speculation.draft: not set")
                .hasMessageContaining("medusa");
    }

    @Test
    void wantsOneDirectoryWhereTheMethodTakesOne() {
        String draft = MEDUSA.toString();

        assertThatThrownBy(
                        () ->
                                Drafters.open(
                                        SpeculationSettings.of("medusa", draft, draft), TINY_CHAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("engine.speculation.draft: " + draft + "; " + draft)
                .hasMessageContaining("expected: the one directory");
    }

    @Test
    void refusesDraftersThatReadDifferentLayers() throws IOException {
        GeneratedEagle3.write(folder, new Random(3));
        SpeculationSettings both =
                SpeculationSettings.of("auto", folder.toString(), MEDUSA.toString());

        List<DraftCheckpoint> drafts = Drafters.open(both, TINY_CHAT);

        assertThat(drafts).hasSize(3);
        assertThatThrownBy(() -> Drafters.features(drafts))
                .hasMessageContaining("engine.speculation.draft: drafters that read the layers")
                .hasMessageContaining("[1, 2, 3]");
    }

    @Test
    void refusesAStaticTreeOfMoreCandidatesThanWordsAreScored() {
        SpeculationSettings settings =
                SpeculationSettings.of("medusa", MEDUSA.toString())
                        .withTree("mc_sim_7b_63")
                        .withVocabulary(5);

        assertThatThrownBy(() -> Drafters.open(settings, TINY_CHAT))
                .hasMessageContaining("engine.speculation.tree: mc_sim_7b_63 of ")
                .hasMessageContaining("(expected: at most 5");
    }

    @Test
    void saysWhatAnUnknownDirectoryCouldHaveBeen() {
        assertThatThrownBy(() -> open("auto", folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("eagle, ")
                .hasMessageContaining("medusa");
        assertRefused(
                "eagle", folder, folder.toString(), "tensors: none (expected: model.safetensors");
    }

    @Test
    void refusesARankingThatIsTooShort() throws IOException {
        for (String file : List.of("config.json", "medusa_lm_head.safetensors")) {
            Files.copy(MEDUSA.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve(DraftVocabulary.FILE), "[5, 6, 7]");
        SpeculationSettings settings =
                SpeculationSettings.of("medusa", folder.toString()).withVocabulary(100);

        assertThatThrownBy(() -> Drafters.open(settings, TINY_CHAT))
                .hasMessageContaining("engine.speculation.vocabulary: 100 (expected: at most 3");
    }

    private static List<DraftCheckpoint> open(String method, Path directory) {
        return Drafters.open(SpeculationSettings.of(method, directory.toString()), TINY_CHAT);
    }

    private static void assertRefused(String method, Path directory, String... parts) {
        assertThatThrownBy(() -> open(method, directory))
                .isInstanceOf(ModelFormatException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
