package io.millrace.gpu.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the {@code tokenizer.json} that a GGUF file's own vocabulary and merges amount to, for
 * models that come as that one file. Only byte-level BPE, and of that only pre-tokenizers whose
 * rules are known here. Stateless.
 */
public final class GgufTokenizer {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PREFIX = "tokenizer.ggml.";
    private static final long CONTROL = 3;
    private static final long USER_DEFINED = 4;

    /** By llama.cpp's name of a pre-tokenizer: what splits a text before the byte-level split. */
    private static final Map<String, List<ObjectNode>> PRE_TOKENIZERS =
            Map.of("gpt-2", List.of(), "smollm", List.of(singleDigits()));

    private GgufTokenizer() {}

    /**
     * Writes the file.
     *
     * @throws ModelFormatException if the GGUF file's tokenizer is of another kind
     */
    public static void write(Path gguf, Path tokenizerJson) throws IOException {
        Files.writeString(tokenizerJson, json(GgufReader.open(gguf).metadata()));
    }

    static String json(GgufMetadata metadata) {
        expect(metadata, PREFIX + "model", Set.of("gpt2"));
        String pre = expect(metadata, PREFIX + "pre", PRE_TOKENIZERS.keySet());
        List<String> tokens = metadata.texts(PREFIX + "tokens");
        List<Long> types = metadata.integers(PREFIX + "token_type");
        if (tokens.isEmpty() || types.size() != tokens.size()) {
            throw metadata.wrong(PREFIX + "token_type", types.size() + " entries", "one per token");
        }
        ObjectNode root = JSON.objectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        root.set("added_tokens", addedTokens(tokens, types));
        root.putNull("normalizer");
        root.set("pre_tokenizer", preTokenizer(PRE_TOKENIZERS.getOrDefault(pre, List.of())));
        root.putNull("post_processor");
        root.set("decoder", byteLevel(true));
        root.set("model", model(tokens, metadata.texts(PREFIX + "merges")));
        return root.toString();
    }

    private static String expect(GgufMetadata metadata, String key, Set<String> known) {
        String found = metadata.text(key).orElse("nothing");
        if (!known.contains(found)) {
            throw metadata.wrong(key, found, "one of " + new TreeSet<>(known));
        }
        return found;
    }

    private static ArrayNode addedTokens(List<String> tokens, List<Long> types) {
        ArrayNode added = JSON.arrayNode();
        for (int id = 0; id < tokens.size(); id++) {
            long type = types.get(id);
            if (type == CONTROL || type == USER_DEFINED) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", type == CONTROL);
            }
        }
        return added;
    }

    private static ObjectNode preTokenizer(List<ObjectNode> first) {
        ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
        sequence.putArray("pretokenizers").addAll(first).add(byteLevel(false));
        return sequence;
    }

    private static ObjectNode singleDigits() {
        return JSON.objectNode().put("type", "Digits").put("individual_digits", true);
    }

    private static ObjectNode byteLevel(boolean addPrefixSpace) {
        return JSON.objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", addPrefixSpace)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static ObjectNode model(List<String> tokens, List<String> merges) {
        ObjectNode model = JSON.objectNode().put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode rules = model.putArray("merges");
        merges.forEach(rules::add);
        return model;
    }
}
