package io.millrace.gpu.model;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk: a directory with {@code config.json} and safetensors, a directory with a GGUF
 * file, or a GGUF file; {@code tokenizer.json} beside it. A GGUF file describes itself: of the
 * files beside it those on text and end tokens count, {@code config.json} does not. Opening reads
 * headers and small files and checks all of them, so that whatever follows can rely on every
 * weight; it holds no open file. Immutable.
 */
public final class ModelDirectory {

    private final String name;
    private final Path directory;
    private final ModelConfig config;
    private final Weights weights;
    private final SpecialTokens specialTokens;
    private final @Nullable String chatTemplate;
    private final SamplingDefaults samplingDefaults;

    private ModelDirectory(
            String name,
            Path directory,
            ModelConfig config,
            Weights weights,
            SpecialTokens specialTokens,
            @Nullable String chatTemplate,
            SamplingDefaults samplingDefaults) {
        this.name = name;
        this.directory = directory;
        this.config = config;
        this.weights = weights;
        this.specialTokens = specialTokens;
        this.chatTemplate = chatTemplate;
        this.samplingDefaults = samplingDefaults;
    }

    /**
     * Opens and checks a model.
     *
     * @throws ModelFormatException if anything is missing, damaged or not supported, naming file,
     *     tensor or field, what was found and what was expected
     */
    public static ModelDirectory open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.isRegularFile(absolute)) {
            return openFile(absolute);
        }
        if (!Files.isDirectory(absolute)) {
            throw new ModelFormatException(
                    absolute, "no such model (expected: a directory or a .gguf file)");
        }
        String name = absolute.getFileName() == null ? "model" : absolute.getFileName().toString();
        Optional<Path> safetensors = safetensors(absolute);
        return safetensors.isPresent()
                ? openSafetensors(name, absolute, safetensors.get())
                : openGguf(Optional.of(name), onlyGguf(absolute));
    }

    private static ModelDirectory openFile(Path file) {
        if (!file.toString().endsWith(".gguf")) {
            throw new ModelFormatException(
                    file, "not a model (expected: a directory or a .gguf file)");
        }
        return openGguf(Optional.empty(), file);
    }

    private static Optional<Path> safetensors(Path directory) {
        for (String name : List.of("model.safetensors.index.json", "model.safetensors")) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return Optional.of(directory.resolve(name));
            }
        }
        return Optional.empty();
    }

    private static Path onlyGguf(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
            if (found.size() != 1) {
                throw ModelFormatException.of(
                        directory,
                        "model files",
                        found.isEmpty() ? "none" : found.size() + " .gguf files",
                        "model.safetensors, model.safetensors.index.json or one .gguf file");
            }
            return found.get(0);
        } catch (IOException e) {
            throw ModelFormatException.unreadable(directory, e);
        }
    }

    private static ModelDirectory openSafetensors(String name, Path directory, Path tensors) {
        JsonFields fields = JsonFields.read(directory.resolve("config.json"));
        ModelFamily family = ModelFamilies.ofModelType(fields);
        TextFiles text = TextFiles.in(directory);
        ModelConfig config = JsonModelConfig.read(fields, family, text.generationEnds());
        Weights weights =
                WeightLocator.locate(
                        tensors,
                        family,
                        config,
                        CheckpointFormat.SAFETENSORS,
                        SafetensorsReader.open(tensors));
        return new ModelDirectory(
                name,
                directory,
                config,
                weights,
                text.specialTokens().orElseGet(() -> new SpecialTokens(null, null, null)),
                text.chatTemplate().orElse(null),
                text.samplingDefaults());
    }

    private static ModelDirectory openGguf(Optional<String> name, Path file) {
        GgufFile gguf = GgufReader.open(file);
        GgufMetadata metadata = gguf.metadata();
        int parts = metadata.optionalInteger("split.count").orElse(1);
        if (parts > 1) {
            throw metadata.wrong(
                    "split.count", parts, "1: join the parts with llama-gguf-split --merge");
        }
        ModelFamily family = ModelFamilies.ofGguf(metadata);
        TextFiles text = TextFiles.in(file.resolveSibling("."));
        ModelConfig config = GgufModelConfig.read(gguf, family, text.generationEnds());
        Weights weights =
                WeightLocator.locate(file, family, config, CheckpointFormat.GGUF, gguf.weights());
        return new ModelDirectory(
                name.or(() -> metadata.text("general.name"))
                        .orElseGet(() -> file.getFileName().toString()),
                text.directory(),
                config,
                weights,
                text.specialTokens().orElseGet(() -> SpecialTokens.of(metadata)),
                text.chatTemplate().or(() -> metadata.text("tokenizer.chat_template")).orElse(null),
                text.samplingDefaults());
    }

    /** The directory's name, or a GGUF file's {@code general.name}. */
    public String name() {
        return name;
    }

    /** What the job must know of it. */
    public ModelInfo info() {
        return new ModelInfo(name, config.contextLength(), config.vocabularySize());
    }

    /** Its shape. */
    public ModelConfig config() {
        return config;
    }

    /** Its weights, all present and of the right shape. */
    public Weights weights() {
        return weights;
    }

    /** The tokenizer's file. */
    public Path tokenizerJson() {
        return directory.resolve(TextFiles.TOKENIZER);
    }

    /** The Jinja template that turns messages into a prompt, if the model has one. */
    public Optional<String> chatTemplate() {
        return Optional.ofNullable(chatTemplate);
    }

    /** How its makers recommend to sample from it: {@code generation_config.json}. */
    public SamplingDefaults samplingDefaults() {
        return samplingDefaults;
    }

    /** What the chat template may refer to. */
    public SpecialTokens specialTokens() {
        return specialTokens;
    }
}
