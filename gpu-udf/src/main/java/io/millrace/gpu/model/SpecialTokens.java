package io.millrace.gpu.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The texts of tokens that chat templates refer to. Null where the model names none. */
public record SpecialTokens(@Nullable String bos, @Nullable String eos, @Nullable String pad) {

    static SpecialTokens of(JsonFields tokenizerConfig) {
        return new SpecialTokens(
                text(tokenizerConfig, "bos_token"),
                text(tokenizerConfig, "eos_token"),
                text(tokenizerConfig, "pad_token"));
    }

    /** A token is a string, or an object with its {@code content}. */
    private static @Nullable String text(JsonFields fields, String name) {
        Optional<String> text =
                fields.isObject(name)
                        ? fields.object(name).flatMap(token -> token.text("content"))
                        : fields.text(name);
        return text.orElse(null);
    }

    static SpecialTokens of(GgufMetadata metadata) {
        return new SpecialTokens(
                text(metadata, "bos"), text(metadata, "eos"), text(metadata, "padding"));
    }

    private static @Nullable String text(GgufMetadata metadata, String name) {
        int id = metadata.optionalInteger("tokenizer.ggml." + name + "_token_id").orElse(-1);
        return metadata.element("tokenizer.ggml.tokens", id).orElse(null);
    }
}
