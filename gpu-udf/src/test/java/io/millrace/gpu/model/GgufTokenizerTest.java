package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

class GgufTokenizerTest {

    private static final Path TINY_CHAT = Path.of("../models/tiny-chat/tokenizer.json");
    private static final long SEED = 20_261_124;
    private static final int TEXTS = 500;
    private static final List<String> PIECES =
            List.of(
                    "Hello",
                    " world",
                    "'s",
                    " 2026",
                    "3.14",
                    "\n\n",
                    "\t",
                    "  ",
                    "<|im_start|>",
                    "<|im_end|>",
                    "user\n",
                    "é",
                    "漢字",
                    "😀",
                    "👩‍👩‍👧",
                    "ß",
                    "İ",
                    "\u00a0",
                    "don't",
                    "e\u0301",
                    "x=1;",
                    "//",
                    "العربية",
                    "\u200d",
                    "हिन्दी",
                    "٣",
                    "Ⅷ");

    @Test
    void rebuildsTheTokenizerFromVocabularyAndMerges() throws IOException {
        JsonNode original = JsonMapper.builder().build().readTree(TINY_CHAT.toFile());

        String rebuilt = GgufTokenizer.json(asGguf(original));

        assertThat(rebuilt).isEqualTo(withMergesAsText(original).toString());
        assertSameTokens(rebuilt, Files.readString(TINY_CHAT));
    }

    @Test
    void refusesPreTokenizersThatItDoesNotKnow() {
        GgufMetadata metadata =
                new GgufMetadata(
                        Path.of("some.gguf"),
                        Map.of("tokenizer.ggml.model", "gpt2", "tokenizer.ggml.pre", "tekken"));

        assertThatThrownBy(() -> GgufTokenizer.json(metadata))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(
                        "some.gguf: metadata tokenizer.ggml.pre: tekken (expected: one of"
                                + " [gpt-2, smollm])");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "MILLRACE_MODELS", matches = ".+")
    void agreesWithTheTokenizerThatSmolLm2WasPublishedWith() throws IOException {
        Path model = Path.of(System.getenv("MILLRACE_MODELS"), "smollm2-135m-instruct");
        Path gguf = model.resolve("smollm2-135m-instruct.Q4_1.gguf");

        String rebuilt = GgufTokenizer.json(GgufReader.open(gguf).metadata());

        assertSameTokens(rebuilt, Files.readString(model.resolve("tokenizer.json")));
    }

    private static void assertSameTokens(String rebuilt, String original) throws IOException {
        Random random = new Random(SEED);
        try (HuggingFaceTokenizer left = open(rebuilt);
                HuggingFaceTokenizer right = open(original)) {
            for (int i = 0; i < TEXTS; i++) {
                String text = randomText(random);
                long[] ids = left.encode(text).getIds();
                assertThat(ids).as(text).isEqualTo(right.encode(text).getIds());
                assertThat(left.decode(ids)).as(text).isEqualTo(right.decode(ids));
            }
        }
    }

    private static HuggingFaceTokenizer open(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), Map.of());
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 40); i > 0; i--) {
            if (random.nextInt(3) == 0) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            } else {
                text.append((char) random.nextInt(32, random.nextInt(33, 0x2fff)));
            }
        }
        return text.toString();
    }

    private static GgufMetadata asGguf(JsonNode tokenizer) {
        List<Object> tokens = new ArrayList<>();
        tokenizer.at("/model/vocab").fieldNames().forEachRemaining(tokens::add);
        List<Object> types = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            types.add(id < tokenizer.get("added_tokens").size() ? 3L : 1L);
        }
        List<Object> merges = new ArrayList<>();
        for (JsonNode pair : tokenizer.at("/model/merges")) {
            merges.add(pair.get(0).asText() + " " + pair.get(1).asText());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("tokenizer.ggml.model", "gpt2");
        values.put("tokenizer.ggml.pre", "smollm");
        values.put("tokenizer.ggml.tokens", tokens);
        values.put("tokenizer.ggml.token_type", types);
        values.put("tokenizer.ggml.merges", merges);
        return new GgufMetadata(Path.of("tiny-chat.gguf"), values);
    }

    private static JsonNode withMergesAsText(JsonNode tokenizer) {
        JsonNode copy = tokenizer.deepCopy();
        List<String> merges = new ArrayList<>();
        for (JsonNode pair : copy.at("/model/merges")) {
            merges.add(pair.get(0).asText() + " " + pair.get(1).asText());
        }
        ((ObjectNode) copy.get("model"))
                .set("merges", JsonMapper.builder().build().valueToTree(merges));
        return copy;
    }
}
