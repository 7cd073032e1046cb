package io.millrace.gpu.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The families that can be served. */
public final class ModelFamilies {

    private static final List<ModelFamily> ALL =
            List.of(new LlamaFamily(), new Qwen2Family(), new Qwen3Family());

    private ModelFamilies() {}

    /** The values of {@code model_type} in config.json that are served. */
    public static Set<String> modelTypes() {
        return names(ModelFamily::modelTypes);
    }

    static ModelFamily ofModelType(JsonFields config) {
        String type = config.text("model_type").orElse("missing");
        return find(config.file(), "model_type", type, ModelFamily::modelTypes);
    }

    static ModelFamily ofGguf(GgufMetadata metadata) {
        String key = "general.architecture";
        String architecture = metadata.text(key).orElse("missing");
        return find(
                metadata.file(), "metadata " + key, architecture, ModelFamily::ggufArchitectures);
    }

    private static ModelFamily find(
            Path file, String field, String name, Function<ModelFamily, Set<String>> names) {
        return ALL.stream()
                .filter(family -> names.apply(family).contains(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                ModelFormatException.of(
                                        file,
                                        field,
                                        name,
                                        "a supported family: " + String.join(", ", names(names))));
    }

    private static Set<String> names(Function<ModelFamily, Set<String>> names) {
        Set<String> all = new TreeSet<>();
        ALL.forEach(family -> all.addAll(names.apply(family)));
        return all;
    }
}
