package io.millrace.job.deploy;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.YamlParserUtils;
import org.jspecify.annotations.Nullable;

/**
 * The compose file as Docker reads it, as far as the tests need it: merge keys applied, variables
 * replaced by their defaults. Immutable.
 */
final class ComposeFile {

    /** {@code ${NAME:-default}} and {@code ${NAME:?message}}. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z_]+:([-?])([^}]*)}");

    private static final String MERGE = "<<";

    private final Map<String, Object> root;

    private ComposeFile(Map<String, Object> root) {
        this.root = root;
    }

    static ComposeFile read(Path file) throws Exception {
        return new ComposeFile(map(resolved(YamlParserUtils.loadYamlFile(file.toFile()))));
    }

    /** Services by name. */
    Map<String, Map<String, Object>> services() {
        return map(root.get("services")).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> map(entry.getValue())));
    }

    /** Names of the volumes that it declares. */
    List<String> volumes() {
        return List.copyOf(map(root.get("volumes")).keySet());
    }

    /** An object of it. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) requireNonNull(node);
    }

    /** A list of texts; none if it is absent. */
    static List<String> texts(@Nullable Object node) {
        return node instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Object resolved(Object node) {
        if (node instanceof List<?> list) {
            return list.stream().map(ComposeFile::resolved).toList();
        }
        if (node instanceof String text) {
            return VARIABLE.matcher(text).replaceAll(ComposeFile::byDefault);
        }
        if (!(node instanceof Map<?, ?> written)) {
            return node == null ? "" : node;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        if (written.containsKey(MERGE)) {
            all.putAll(map(resolved(written.get(MERGE))));
        }
        written.forEach(
                (key, value) -> {
                    if (!MERGE.equals(key)) {
                        all.put(String.valueOf(key), resolved(value));
                    }
                });
        return all;
    }

    private static String byDefault(java.util.regex.MatchResult variable) {
        boolean required = variable.group(1).equals("?");
        return Matcher.quoteReplacement(required ? "set-by-the-user" : variable.group(2));
    }
}
