package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

final class RealModelsTest {

    private static final Path TINY = Path.of("../models/tiny-chat");

    @Test
    void opensTheEmbeddedModel() {
        ModelDirectory model = ModelDirectory.open(TINY);

        assertThat(model.name()).isEqualTo("tiny-chat");
        assertThat(model.info().contextLength()).isEqualTo(1024);
        assertThat(model.info().vocabularySize()).isEqualTo(2048);
        assertThat(model.config())
                .isEqualTo(
                        new ModelConfig(
                                "llama",
                                160,
                                384,
                                4,
                                4,
                                2,
                                40,
                                2048,
                                1024,
                                1e-5,
                                new Rope(40, 10000, new RopeScaling.None()),
                                new DecoderTraits(false, false, false, false, null),
                                true,
                                1,
                                List.of(2)));
        assertThat(model.weights().tied()).isTrue();
        assertThat(model.weights().layers()).hasSize(4);
        assertThat(model.specialTokens().eos()).isEqualTo("<|im_end|>");
        assertThat(model.chatTemplate()).get().asString().startsWith("{% for message in messages");
        assertThat(model.tokenizerJson()).exists();
    }

    @Test
    void readsTheEmbeddedDraftHeads() {
        WeightSource medusa =
                SafetensorsReader.open(
                        Path.of("../models/tiny-chat-medusa/medusa_lm_head.safetensors"));

        assertThat(medusa.names()).hasSize(9);
        assertThat(medusa.info("2.1.weight").shape()).containsExactly(2048, 160);
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "MILLRACE_MODELS", matches = ".+")
    void opensSmolLm2() {
        Path directory = smolLm2();
        ModelDirectory model = ModelDirectory.open(directory);
        Path file = directory.resolve("smollm2-135m-instruct.Q4_1.gguf");
        ModelDirectory alone = ModelDirectory.open(file);
        JsonFields json = JsonFields.read(directory.resolve("config.json"));
        ModelConfig described =
                JsonModelConfig.read(json, ModelFamilies.ofModelType(json), List.of());

        assertThat(alone.config()).isEqualTo(model.config());
        assertThat(alone.name()).isEqualTo("Smollm2 135M 8k Lc100K Mix1 Ep2");
        assertThat(model.name()).isEqualTo("smollm2-135m-instruct");
        assertThat(model.config())
                .usingRecursiveComparison()
                .ignoringFields("rmsNormEpsilon")
                .isEqualTo(described);
        assertThat(model.config().rmsNormEpsilon()).isCloseTo(1e-5, within(1e-12));
        assertThat(model.chatTemplate()).get().asString().contains("named SmolLM");
        WeightSource tensors = GgufReader.open(file).weights();
        Map<TensorType, Long> types =
                tensors.names().stream()
                        .collect(
                                Collectors.groupingBy(
                                        name -> tensors.info(name).type(), Collectors.counting()));
        assertThat(types)
                .isEqualTo(Map.of(TensorType.Q4_1, 210L, TensorType.Q8_0, 1L, TensorType.F32, 61L));
    }

    /** Values computed apart from this code from the layout in the model's SOURCE.txt. */
    @Test
    @EnabledIfEnvironmentVariable(named = "MILLRACE_MODELS", matches = ".+")
    void readsSmolLm2sValues() {
        Weights weights = ModelDirectory.open(smolLm2()).weights();
        LayerWeights layer = weights.layers().get(0);

        assertRow(weights.embedding(), 1234, -0.0171661376953125, 2.843038558959961);
        assertRow(layer.query(), 2 * 64 + 32 + 5, 0.01202392578125, 3.730743408203125);
        assertRow(layer.key(), 64 + 7, 0.114990234375, -0.64007568359375);
        assertRow(layer.down(), 575, -0.04022216796875, 1.4561767578125);
    }

    private static void assertRow(Weight weight, int row, double first, double sum) {
        float[] values = new float[(int) weight.info().rowLength()];
        weight.readRows(row, 1, FloatBuffer.wrap(values));
        double total = 0;
        for (float value : values) {
            total += value;
        }
        assertThat(values[0]).isEqualTo((float) first);
        assertThat(total).isCloseTo(sum, within(1e-4));
    }

    private static Path smolLm2() {
        return Path.of(System.getenv("MILLRACE_MODELS"), "smollm2-135m-instruct");
    }
}
