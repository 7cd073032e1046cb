package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configurations are those of published models, abridged to the fields that matter. */
final class JsonModelConfigTest {

    private static final Path FILE = Path.of("config.json");

    private static final String SMALL =
            """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
             "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100,
             "max_position_embeddings": 256, "eos_token_id": 2}
            """;

    @Test
    void readsLlama31() {
        ModelConfig config =
                read(
                        """
                        {"architectures": ["LlamaForCausalLM"], "attention_bias": false,
                         "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009],
                         "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
                         "max_position_embeddings": 131072, "mlp_bias": false,
                         "model_type": "llama", "num_attention_heads": 32,
                         "num_hidden_layers": 32, "num_key_value_heads": 8,
                         "rms_norm_eps": 1e-05,
                         "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0,
                           "high_freq_factor": 4.0, "original_max_position_embeddings": 8192,
                           "rope_type": "llama3"},
                         "rope_theta": 500000.0, "tie_word_embeddings": false,
                         "vocab_size": 128256}
                        """);

        assertThat(config.family()).isEqualTo("llama");
        assertThat(config.headDim()).isEqualTo(128);
        assertThat(config.kvSize()).isEqualTo(1024);
        assertThat(config.rope())
                .isEqualTo(new Rope(128, 500_000, new RopeScaling.Llama3(8, 1, 4, 8192)));
        assertThat(config.eosIds()).containsExactly(128001, 128008, 128009);
        assertThat(config.bos()).hasValue(128000);
        assertThat(config.tiedEmbeddings()).isFalse();
        assertThat(config.traits()).isEqualTo(new DecoderTraits(false, false, false, false, null));
    }

    @Test
    void readsQwen25() {
        ModelConfig config =
                read(
                        """
                        {"architectures": ["Qwen2ForCausalLM"], "bos_token_id": 151643,
                         "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 896,
                         "intermediate_size": 4864, "max_position_embeddings": 32768,
                         "max_window_layers": 21, "model_type": "qwen2",
                         "num_attention_heads": 14, "num_hidden_layers": 24,
                         "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
                         "rope_theta": 1000000.0, "sliding_window": 32768,
                         "tie_word_embeddings": true, "use_sliding_window": false,
                         "vocab_size": 151936}
                        """);

        assertThat(config.family()).isEqualTo("qwen2");
        assertThat(config.headDim()).isEqualTo(64);
        assertThat(config.tiedEmbeddings()).isTrue();
        assertThat(config.rope().scaling()).isEqualTo(new RopeScaling.None());
        assertThat(config.traits()).isEqualTo(new DecoderTraits(true, false, false, false, null));
    }

    @Test
    void readsQwen3() {
        ModelConfig config =
                read(
                        """
                        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false,
                         "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128,
                         "hidden_act": "silu", "hidden_size": 2560, "intermediate_size": 9728,
                         "max_position_embeddings": 262144, "max_window_layers": 36,
                         "model_type": "qwen3", "num_attention_heads": 32,
                         "num_hidden_layers": 36, "num_key_value_heads": 8,
                         "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 5000000,
                         "sliding_window": null, "tie_word_embeddings": true,
                         "use_sliding_window": false, "vocab_size": 151936}
                        """);

        assertThat(config.family()).isEqualTo("qwen3");
        assertThat(config.querySize()).isEqualTo(4096);
        assertThat(config.rope().theta()).isEqualTo(5_000_000);
        assertThat(config.traits()).isEqualTo(new DecoderTraits(false, false, false, true, null));
    }

    @Test
    void givesMistralItsWindow() {
        String mistral = SMALL.replace("llama", "mistral");

        assertThat(with(mistral, "\"sliding_window\": 64").traits().slidingWindow())
                .contains(new SlidingWindow(64, Set.of(0, 1)));
        assertThat(with(mistral, "\"sliding_window\": null").traits().slidingWindow()).isEmpty();
        assertThat(read(mistral).traits().slidingWindow())
                .contains(new SlidingWindow(4096, Set.of(0, 1)));
        assertThat(with(SMALL, "\"sliding_window\": 64").traits().slidingWindow()).isEmpty();
    }

    @Test
    void givesQwenItsWindowOnSomeLayers() {
        String qwen = SMALL.replace("llama", "qwen2");
        String on = "\"use_sliding_window\": true, \"sliding_window\": 32, ";

        assertThat(with(qwen, on + "\"max_window_layers\": 1").traits().slidingWindow())
                .contains(new SlidingWindow(32, Set.of(1)));
        assertThat(with(qwen, on + "\"max_window_layers\": 2").traits().slidingWindow()).isEmpty();
        String types = "\"layer_types\": [\"sliding_attention\", \"full_attention\"]";
        assertThat(with(qwen, on + types).traits().slidingWindow())
                .contains(new SlidingWindow(32, Set.of(0)));
        assertRefused(
                qwen,
                on + "\"layer_types\": [\"sliding_attention\"]",
                "layer_types: 1 entries (expected: 2, one a layer)");
        assertRefused(
                qwen,
                on + "\"layer_types\": [\"chunked\", \"full_attention\"]",
                "layer_types: chunked (expected: full_attention or sliding_attention)");
    }

    @Test
    void readsBiasesWhereTheFamilyHasThem() {
        assertThat(with(SMALL, "\"attention_bias\": true, \"mlp_bias\": true").traits())
                .isEqualTo(new DecoderTraits(true, true, true, false, null));
        String qwen3 = SMALL.replace("llama", "qwen3");
        assertThat(with(qwen3, "\"attention_bias\": true").traits())
                .isEqualTo(new DecoderTraits(true, true, false, true, null));
    }

    @Test
    void readsRopeInItsOlderAndNewerForms() {
        assertThat(with(SMALL, "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}").rope())
                .isEqualTo(new Rope(16, 10_000, new RopeScaling.Linear(2)));
        String parameters =
                """
                "rope_parameters": {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 32.0,
                 "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                 "original_max_position_embeddings": 8192}
                """;
        assertThat(with(SMALL, parameters).rope())
                .isEqualTo(new Rope(16, 500_000, new RopeScaling.Llama3(32, 1, 4, 8192)));
        String plain = "\"rope_parameters\": {\"rope_theta\": 7.0, \"rope_type\": \"default\"}";
        assertThat(with(SMALL, plain).rope()).isEqualTo(new Rope(16, 7, new RopeScaling.None()));
    }

    @Test
    void prefersTheGenerationConfigsEnds() {
        JsonFields fields = fields(SMALL);
        ModelFamily family = ModelFamilies.ofModelType(fields);

        assertThat(JsonModelConfig.read(fields, family, List.of(7, 8)).eosIds())
                .containsExactly(7, 8);
        assertThat(JsonModelConfig.read(fields, family, List.of()).eosIds()).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hidden_act\": \"gelu\" | hidden_act: gelu (expected: silu)",
                "\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4}"
                        + " | rope_scaling.rope_type: yarn (expected: default, linear or llama3)",
                "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 4}"
                        + " | rope_scaling.rope_type: dynamic (expected: default, linear or",
                "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0.5}"
                        + " | rope scaling factor: 0.5 (expected: at least 1)",
                "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}"
                        + " | rope_scaling.low_freq_factor: missing (expected: a number)",
                "\"rope_parameters\": {\"full_attention\": {}}"
                        + " | rope_parameters.full_attention: present (expected: one set of",
                "\"partial_rotary_factor\": 0.5 | partial_rotary_factor: 0.5 (expected: 1)",
                "\"quantization_config\": {\"quant_method\": \"gptq\"}"
                        + " | quantization_config: gptq (expected: none",
                "\"num_key_value_heads\": 3 | heads: 4 (expected: a multiple of the 3 key-value",
                "\"head_dim\": 15 | head dimension: 15 (expected: even, at least 2)",
                "\"head_dim\": \"16\" | head_dim: \"16\" (expected: an integer)",
                "\"head_dim\": 99999999999 | head_dim: 99999999999 (expected: an integer)",
                "\"rms_norm_eps\": 0 | rms_norm_eps: 0.0 (expected: above 0, below 1)",
                "\"bos_token_id\": 100 | bos_token_id: 100 (expected: below the vocabulary size",
                "\"attention_bias\": 1 | attention_bias: 1 (expected: true or false)",
                "\"rope_theta\": \"x\" | rope_theta: \"x\" (expected: a number)",
            })
    void refusesByFieldAndRule(String field, String message) {
        assertRefused(SMALL, field, message);
    }

    @Test
    void refusesOtherFamiliesAndMissingFields() {
        assertThatThrownBy(() -> read(SMALL.replace("llama", "gpt_neox")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(
                        "config.json: model_type: gpt_neox"
                                + " (expected: a supported family: llama, mistral, qwen2, qwen3)");
        assertThatThrownBy(() -> read("{}")).hasMessageContaining("model_type: missing");
        assertThatThrownBy(() -> read(SMALL.replace("hidden_size", "hidden_width")))
                .hasMessage("config.json: hidden_size: missing");
        assertThatThrownBy(() -> read(SMALL.replace("\"num_attention_heads\": 4", "\"x\": 4")))
                .hasMessage("config.json: num_attention_heads: missing");
        assertThat(ModelFamilies.modelTypes())
                .containsExactly("llama", "mistral", "qwen2", "qwen3");
    }

    private static ModelConfig with(String base, String field) {
        return read(base.replaceFirst("\\{", "{" + field + ", "));
    }

    private static void assertRefused(String base, String field, String message) {
        assertThatThrownBy(() -> with(base, field))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(message);
    }

    private static ModelConfig read(String json) {
        JsonFields fields = fields(json);
        return JsonModelConfig.read(fields, ModelFamilies.ofModelType(fields), List.of());
    }

    private static JsonFields fields(String json) {
        return JsonFields.parse(FILE, json.getBytes(StandardCharsets.UTF_8));
    }
}
