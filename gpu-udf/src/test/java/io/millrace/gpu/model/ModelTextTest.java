package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelTextTest {

    @TempDir Path directory;
    private final TestCheckpoint checkpoint = new TestCheckpoint("llama");

    @BeforeEach
    void writeModel() throws IOException {
        checkpoint.writeSafetensors(directory);
    }

    @Test
    void needsNothingButTheTokenizer() {
        ModelDirectory model = ModelDirectory.open(directory);

        assertThat(model.name()).isEqualTo(directory.getFileName().toString());
        assertThat(model.tokenizerJson()).isEqualTo(directory.resolve("tokenizer.json"));
        assertThat(model.chatTemplate()).isEmpty();
        assertThat(model.specialTokens()).isEqualTo(new SpecialTokens(null, null, null));
        assertThat(model.config().eosIds()).containsExactly(2);
    }

    @Test
    void readsTokensAndTemplateOfTheTokenizersConfiguration() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>",
                 "pad_token": null, "chat_template": "plain"}
                """);
        ModelDirectory model = ModelDirectory.open(directory);

        assertThat(model.specialTokens()).isEqualTo(new SpecialTokens("<s>", "</s>", null));
        assertThat(model.chatTemplate()).contains("plain");
    }

    @Test
    void takesTheDefaultOfSeveralTemplates() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"chat_template": [{"name": "tool_use", "template": "tools"},
                                   {"name": "default", "template": "usual"}]}
                """);
        assertThat(ModelDirectory.open(directory).chatTemplate()).contains("usual");

        write("chat_template.jinja", "of its own");
        assertThat(ModelDirectory.open(directory).chatTemplate()).contains("of its own");
    }

    @Test
    void prefersTheEndsOfTheGenerationConfig() throws IOException {
        write("generation_config.json", "{\"eos_token_id\": [3, 4]}");
        assertThat(ModelDirectory.open(directory).config().eosIds()).containsExactly(3, 4);

        write("generation_config.json", "{\"eos_token_id\": 5}");
        assertThat(ModelDirectory.open(directory).config().eosIds()).containsExactly(5);

        write("generation_config.json", "{\"max_length\": 5}");
        assertThat(ModelDirectory.open(directory).config().eosIds()).containsExactly(2);
    }

    @Test
    void takesTheSamplingThatTheGenerationConfigRecommends() throws IOException {
        assertThat(ModelDirectory.open(directory).samplingDefaults())
                .isEqualTo(SamplingDefaults.NONE);

        write(
                "generation_config.json",
                """
                {"do_sample": true, "temperature": 0.7, "top_p": 0.8, "top_k": -1, "min_p": null,
                 "repetition_penalty": 1.05, "max_new_tokens": 5}
                """);
        assertThat(ModelDirectory.open(directory).samplingDefaults())
                .isEqualTo(new SamplingDefaults(1.05f, 0.7f, 0, 0.8f, null));
    }

    @Test
    void refusesASamplingThatNoRequestCouldAskFor() throws IOException {
        write("generation_config.json", "{\"top_p\": 1.5}");
        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("generation_config.json: top_p: 1.5", "at most 1");

        write("generation_config.json", "{\"temperature\": \"hot\"}");
        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .hasMessageContainingAll("generation_config.json: temperature", "a number");
    }

    @Test
    void takesFromAGgufWhatTheDirectoryLacks() throws IOException {
        Path file =
                checkpoint
                        .gguf()
                        .integer("tokenizer.ggml.eot_token_id", 7)
                        .integer("tokenizer.ggml.padding_token_id", 2)
                        .write(directory.resolve("tiny.gguf"));
        ModelDirectory model = ModelDirectory.open(file);

        assertThat(model.specialTokens()).isEqualTo(new SpecialTokens("<1>", "<2>", "<2>"));
        assertThat(model.chatTemplate()).contains("from metadata");
        assertThat(model.config().eosIds()).containsExactly(2, 7);
        assertThat(model.tokenizerJson()).isEqualTo(directory.resolve("tokenizer.json"));

        write("tokenizer_config.json", "{\"eos_token\": \"end\", \"chat_template\": \"beside\"}");
        write("generation_config.json", "{\"eos_token_id\": 9, \"top_k\": 40}");
        ModelDirectory beside = ModelDirectory.open(file);
        assertThat(beside.specialTokens().eos()).isEqualTo("end");
        assertThat(beside.chatTemplate()).contains("beside");
        assertThat(beside.config().eosIds()).containsExactly(9);
        assertThat(beside.samplingDefaults().topK()).isEqualTo(40);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
