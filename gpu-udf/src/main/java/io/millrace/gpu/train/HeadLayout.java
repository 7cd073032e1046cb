package io.millrace.gpu.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gpu.draft.DraftVocabulary;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes heads in the published layouts, in bfloat16: {@code medusa_lm_head.safetensors} or {@code
 * model.safetensors}, {@code config.json}, and the ranking of words beside them. Stateless.
 */
final class HeadLayout {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private HeadLayout() {}

    /**
     * Writes everything.
     *
     * @param words that Medusa's heads and EAGLE-3's score, ascending
     * @param ranking all words, the most frequent first
     */
    static void write(
            Path directory,
            ModelDirectory model,
            TrainingSettings settings,
            List<NamedTensor> tensors,
            int[] words,
            int[] ranking) {
        List<OutputTensor> output = new ArrayList<>();
        for (NamedTensor tensor : tensors) {
            output.add(OutputTensor.bfloats(tensor.name(), tensor.values(), tensor.shape()));
        }
        int vocabulary = model.config().vocabularySize();
        if (settings.kind() == HeadKind.EAGLE3) {
            output.add(OutputTensor.longs("d2t", offsets(words)));
            output.add(OutputTensor.flags("t2d", members(words, vocabulary)));
        }
        boolean medusa = settings.kind() == HeadKind.MEDUSA;
        if (medusa && words.length < vocabulary) {
            output.add(OutputTensor.longs("token_map", ids(words)));
        }
        write(
                directory.resolve("config.json"),
                medusa ? medusa(model, settings.depth()) : eagle(model, settings, words.length));
        write(directory.resolve(DraftVocabulary.FILE), ranking);
        TensorFile.write(
                directory.resolve(medusa ? "medusa_lm_head.safetensors" : "model.safetensors"),
                output);
    }

    /** What has to be added to a word's place for its id. */
    private static long[] offsets(int[] words) {
        long[] offsets = new long[words.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (long) words[i] - i;
        }
        return offsets;
    }

    private static long[] ids(int[] words) {
        return IntStream.of(words).asLongStream().toArray();
    }

    private static boolean[] members(int[] words, int vocabulary) {
        boolean[] members = new boolean[vocabulary];
        for (int word : words) {
            members[word] = true;
        }
        return members;
    }

    private static ObjectNode medusa(ModelDirectory model, int heads) {
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add("MedusaModel");
        config.put("model_type", "medusa");
        config.put("base_model_name_or_path", model.name());
        config.put("hidden_size", model.config().hiddenSize());
        config.put("vocab_size", model.config().vocabularySize());
        config.put("medusa_num_heads", heads);
        config.put("medusa_num_layers", 1);
        config.put("original_lm_head", false);
        config.put("torch_dtype", "bfloat16");
        return config;
    }

    private static ObjectNode eagle(ModelDirectory model, TrainingSettings settings, int words) {
        ModelConfig base = model.config();
        boolean third = settings.kind() == HeadKind.EAGLE3;
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add(third ? "LlamaForCausalLMEagle3" : "LlamaForCausalLM");
        config.put("model_type", "llama");
        config.put("base_model_name_or_path", model.name());
        config.put("hidden_size", base.hiddenSize());
        config.put("intermediate_size", base.intermediateSize());
        config.put("num_hidden_layers", 1);
        config.put("num_attention_heads", base.heads());
        config.put("num_key_value_heads", base.kvHeads());
        config.put("head_dim", base.headDim());
        config.put("hidden_act", "silu");
        config.put("attention_bias", false);
        config.put("mlp_bias", false);
        config.put("rms_norm_eps", base.rmsNormEpsilon());
        config.put("max_position_embeddings", base.contextLength());
        config.put("rope_theta", base.rope().theta());
        config.put("vocab_size", base.vocabularySize());
        config.put("tie_word_embeddings", false);
        config.put("torch_dtype", "bfloat16");
        if (third) {
            config.put("draft_vocab_size", words);
            List<Integer> taps = settings.kind().taps(base);
            ArrayNode layers = config.putArray("eagle_aux_hidden_state_layer_ids");
            taps.subList(0, taps.size() - 1).forEach(layers::add);
        } else {
            config.put("bias", true);
        }
        return config;
    }

    /** Writes a value as JSON. */
    static void write(Path file, Object value) {
        try {
            Files.write(file, JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written", e);
        }
    }
}
