package io.millrace.gpu.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which token stands before a raw prompt: {@code add_bos_token} of {@code tokenizer_config.json}
 * decides, and where it is not given, the tokenizer's own post-processor.
 */
final class BeginningOfText {

    private BeginningOfText() {}

    /**
     * The token's text, if there is one.
     *
     * @param bos the text of the model's token for the beginning; null if it has none
     * @throws IllegalStateException if a file cannot be read
     */
    static Optional<String> of(Path tokenizerJson, @Nullable String bos) {
        JsonNode wanted =
                read(tokenizerJson.resolveSibling("tokenizer_config.json")).path("add_bos_token");
        if (wanted.isBoolean()) {
            return wanted.booleanValue() ? Optional.ofNullable(bos) : Optional.empty();
        }
        return firstToken(read(tokenizerJson).path("post_processor"));
    }

    /** A TemplateProcessing, alone or in a Sequence, that begins with a special token. */
    private static Optional<String> firstToken(JsonNode processor) {
        for (JsonNode step : processor.path("processors")) {
            Optional<String> token = firstToken(step);
            if (token.isPresent()) {
                return token;
            }
        }
        JsonNode first = processor.path("single").path(0).path("SpecialToken").path("id");
        return Optional.ofNullable(first.textValue());
    }

    private static JsonNode read(Path file) {
        try {
            return Files.exists(file)
                    ? new ObjectMapper().readTree(file.toFile())
                    : MissingNode.getInstance();
        } catch (IOException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }
}
