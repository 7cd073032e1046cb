package io.millrace.gpu.model;

import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model's weights that concern text. All but {@code tokenizer.json} may be
 * absent.
 */
final class TextFiles {

    static final String TOKENIZER = "tokenizer.json";
    private static final String GENERATION = "generation_config.json";
    private static final String TEMPLATE = "chat_template";

    private final Path directory;

    private TextFiles(Path directory) {
        this.directory = directory;
    }

    static TextFiles in(Path directory) {
        Path normal = directory.normalize();
        if (!Files.isRegularFile(normal.resolve(TOKENIZER))) {
            throw new ModelFormatException(
                    normal.resolve(TOKENIZER),
                    "missing (expected: the model's Hugging Face tokenizer beside its weights)");
        }
        return new TextFiles(normal);
    }

    Path directory() {
        return directory;
    }

    /** What generation_config.json says ends a generation; empty if it says nothing. */
    List<Integer> generationEnds() {
        return fields(GENERATION).map(fields -> fields.integers("eos_token_id")).orElse(List.of());
    }

    /** What generation_config.json recommends, beside how a generation ends. */
    SamplingDefaults samplingDefaults() {
        return fields(GENERATION).map(TextFiles::samplingDefaults).orElse(SamplingDefaults.NONE);
    }

    // Not do_sample: vLLM ignores it too, and with it a temperature would mean nothing.
    private static SamplingDefaults samplingDefaults(JsonFields fields) {
        try {
            return new SamplingDefaults(
                    decimal(fields, "repetition_penalty"),
                    decimal(fields, "temperature"),
                    topK(fields),
                    decimal(fields, "top_p"),
                    decimal(fields, "min_p"));
        } catch (InvalidRequestException e) {
            throw new ModelFormatException(fields.file(), String.valueOf(e.getMessage()), e);
        }
    }

    /** "All" is also written -1. */
    private static @Nullable Integer topK(JsonFields fields) {
        OptionalInt topK = fields.optionalInteger("top_k");
        return topK.isEmpty() ? null : Integer.valueOf(topK.getAsInt() == -1 ? 0 : topK.getAsInt());
    }

    private static @Nullable Float decimal(JsonFields fields, String name) {
        return fields.has(name) ? (float) fields.number(name) : null;
    }

    Optional<SpecialTokens> specialTokens() {
        return fields("tokenizer_config.json").map(SpecialTokens::of);
    }

    /** In transformers' order: a file of its own, else a field of the tokenizer's configuration. */
    Optional<String> chatTemplate() {
        Path own = directory.resolve("chat_template.jinja");
        if (Files.isRegularFile(own)) {
            try {
                return Optional.of(Files.readString(own));
            } catch (IOException e) {
                throw ModelFormatException.unreadable(own, e);
            }
        }
        return fields("tokenizer_config.json").flatMap(TextFiles::template);
    }

    /** Either the template or a list of named ones, of which the default is meant. */
    private static Optional<String> template(JsonFields fields) {
        if (!fields.isArray(TEMPLATE)) {
            return fields.text(TEMPLATE);
        }
        return fields.objects(TEMPLATE).stream()
                .filter(named -> named.text("name").orElse("").equals("default"))
                .findFirst()
                .flatMap(named -> named.text("template"));
    }

    private Optional<JsonFields> fields(String name) {
        Path file = directory.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(JsonFields.read(file)) : Optional.empty();
    }
}
