package io.millrace.gpu.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The key-value pairs of a GGUF file, typed on access. Immutable. A wrong type throws {@link
 * ModelFormatException} naming file and key.
 */
public final class GgufMetadata {

    private final Path file;
    private final Map<String, Object> values;

    GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(values);
    }

    Path file() {
        return file;
    }

    /** The keys, in the order of the file. */
    public Iterable<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** The value of a key with a string. */
    public Optional<String> text(String key) {
        return typed(key, String.class, "a string");
    }

    int integer(String key) {
        return optionalInteger(key).orElseThrow(() -> missing(key));
    }

    OptionalInt optionalInteger(String key) {
        Optional<Long> value = typed(key, Long.class, "an integer");
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get() != value.get().intValue()) {
            throw wrong(key, value.get(), "an integer of 32 bits");
        }
        return OptionalInt.of(value.get().intValue());
    }

    double number(String key) {
        return typed(key, Double.class, "a number").orElseThrow(() -> missing(key));
    }

    double number(String key, double absent) {
        return typed(key, Double.class, "a number").orElse(absent);
    }

    /** The length of a list, 0 if absent. */
    int length(String key) {
        return list(key).size();
    }

    /** An element of a list of strings, empty if there is none. */
    Optional<String> element(String key, int index) {
        List<?> list = list(key);
        return index >= 0 && index < list.size() && list.get(index) instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    /** A list of strings, empty if absent. */
    List<String> texts(String key) {
        return elements(key, String.class, "strings");
    }

    /** A list of integers, empty if absent. */
    List<Long> integers(String key) {
        return elements(key, Long.class, "integers");
    }

    private <T> List<T> elements(String key, Class<T> type, String expected) {
        List<?> list = list(key);
        for (Object element : list) {
            if (!type.isInstance(element)) {
                throw wrong(key, element, "a list of " + expected);
            }
        }
        return list.stream().map(type::cast).toList();
    }

    private List<?> list(String key) {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(key, value, "a list");
    }

    private <T> Optional<T> typed(String key, Class<T> type, String expected) {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrong(
                    key,
                    value instanceof List<?> list ? "a list of " + list.size() : value,
                    expected);
        }
        return Optional.of(type.cast(value));
    }

    private ModelFormatException missing(String key) {
        return new ModelFormatException(file, "metadata " + key + ": missing");
    }

    ModelFormatException wrong(String key, Object found, String expected) {
        return ModelFormatException.of(file, "metadata " + key, found, expected);
    }
}
