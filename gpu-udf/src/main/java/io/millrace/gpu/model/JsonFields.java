package io.millrace.gpu.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object in a model directory, typed on access. A field that is {@code null}
 * counts as absent. A wrong type throws {@link ModelFormatException} naming file and field.
 */
final class JsonFields {

    private static final long MAX_BYTES = 64L << 20;

    static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final Path file;
    private final String prefix;
    private final JsonNode node;

    private JsonFields(Path file, String prefix, JsonNode node) {
        this.file = file;
        this.prefix = prefix;
        this.node = node;
    }

    static JsonFields read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw ModelFormatException.of(
                        file, "size", Files.size(file), "at most " + MAX_BYTES + " bytes");
            }
            return parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw ModelFormatException.unreadable(file, e);
        }
    }

    static JsonFields parse(Path file, byte[] json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node == null || !node.isObject()) {
                throw new ModelFormatException(file, "not a JSON object");
            }
            return new JsonFields(file, "", node);
        } catch (IOException e) {
            throw new ModelFormatException(file, "not valid JSON: " + e.getMessage(), e);
        }
    }

    Path file() {
        return file;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Whether the field is there, be it {@code null}. */
    boolean mentions(String name) {
        return node.has(name);
    }

    int integer(String name) {
        return optionalInteger(name)
                .orElseThrow(() -> new ModelFormatException(file, prefix + name + ": missing"));
    }

    OptionalInt optionalInteger(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(integer(name, value));
    }

    private int integer(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(name, value, "an integer");
        }
        return value.intValue();
    }

    /** An integer or a list of integers. */
    List<Integer> integers(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(integer(name, value));
        }
        List<Integer> result = new ArrayList<>();
        for (JsonNode element : value) {
            result.add(integer(name, element));
        }
        return List.copyOf(result);
    }

    /** A list of integers of at least 0. */
    long[] longs(String name) {
        List<Long> result = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isIntegralNumber()
                    || !element.canConvertToLong()
                    || element.longValue() < 0) {
                throw wrong(name, element, "integers of at least 0");
            }
            result.add(element.longValue());
        }
        return result.stream().mapToLong(Long::longValue).toArray();
    }

    double number(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || !value.isNumber()) {
            throw wrong(name, value, "a number");
        }
        return value.doubleValue();
    }

    double number(String name, double absent) {
        return has(name) ? number(name) : absent;
    }

    boolean flag(String name, boolean absent) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    Optional<String> text(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(name, value, "a string");
        }
        return Optional.of(value.textValue());
    }

    Optional<JsonFields> object(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw wrong(name, value, "an object");
        }
        return Optional.of(new JsonFields(file, prefix + name + ".", value));
    }

    /** Whether the field is an object, for fields that may also be a string. */
    boolean isObject(String name) {
        return node.path(name).isObject();
    }

    /** The elements of a list of strings; empty if absent. */
    List<String> texts(String name) {
        List<String> result = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isTextual()) {
                throw wrong(name, element, "strings");
            }
            result.add(element.textValue());
        }
        return List.copyOf(result);
    }

    /** The elements of a list of objects; empty if absent. */
    List<JsonFields> objects(String name) {
        List<JsonFields> result = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isObject()) {
                throw wrong(name, element, "objects");
            }
            result.add(new JsonFields(file, prefix + name + "[].", element));
        }
        return List.copyOf(result);
    }

    boolean isArray(String name) {
        return node.path(name).isArray();
    }

    private Iterable<JsonNode> array(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, value, "a list");
        }
        return value;
    }

    /** All fields, unparsed. */
    Iterable<Map.Entry<String, JsonNode>> entries() {
        return node.properties();
    }

    ModelFormatException wrong(String name, @Nullable Object found, String expected) {
        return ModelFormatException.of(
                file, prefix + name, found == null ? "missing" : found, expected);
    }
}
