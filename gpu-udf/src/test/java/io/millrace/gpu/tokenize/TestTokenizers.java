package io.millrace.gpu.tokenize;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the tokenizers of the tests lie. */
final class TestTokenizers {

    private TestTokenizers() {}

    static Path tinyChat() {
        return Path.of("..", "models", "tiny-chat", "tokenizer.json");
    }

    /** SentencePiece's kind of tokenizer, with bytes as a fallback; 24 words. */
    static Path sentencePiece() {
        try {
            return Path.of(
                    Objects.requireNonNull(
                                    TestTokenizers.class.getResource(
                                            "/tokenizers/sentencepiece.json"))
                            .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A model of the collection that {@code MILLRACE_MODELS} names, if it is there. */
    static Optional<Path> model(String name) {
        @Nullable String models = System.getenv("MILLRACE_MODELS");
        return Optional.ofNullable(models)
                .map(folder -> Path.of(folder, name))
                .filter(folder -> folder.resolve("tokenizer.json").toFile().isFile());
    }

    /** Byte-level tokenizers: tiny-chat's and, where the models are, SmolLM2's. */
    static List<Path> byteLevel() {
        List<Path> files = new ArrayList<>(List.of(tinyChat()));
        model("smollm2-135m-instruct")
                .ifPresent(folder -> files.add(folder.resolve("tokenizer.json")));
        return files;
    }
}
