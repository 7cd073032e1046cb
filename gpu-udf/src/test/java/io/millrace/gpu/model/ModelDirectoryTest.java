package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

final class ModelDirectoryTest {

    @Test
    void opensTheEmbeddedModel() {
        ModelDirectory model = ModelDirectory.open(Path.of("../models/tiny-chat"));

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
    @EnabledIfEnvironmentVariable(named = "MILLRACE_MODELS", matches = ".+")
    void opensSmolLm2() {
        Path directory = Path.of(System.getenv("MILLRACE_MODELS"), "smollm2-135m-instruct");
        ModelDirectory model = ModelDirectory.open(directory);

        assertThat(model.config().layers()).isEqualTo(30);
        assertThat(model.config().rope().theta()).isEqualTo(100_000);
    }
}
