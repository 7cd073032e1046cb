package io.millrace.connectors.dialect;

import static io.millrace.connectors.dialect.Refusals.invalid;
import static io.millrace.connectors.dialect.Refusals.missing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the fields of one JSON object, strict about types; null counts as absent. It
 * remembers what was asked for, so that whatever is left over can be refused. Used by one thread.
 */
final class Fields {

    /** Longer names of models, tenants and the like are mistakes. */
    static final int MAX_NAME_CHARACTERS = 256;

    private final ObjectNode object;
    private final String prefix;
    private final Set<String> known = new HashSet<>();

    /**
     * @param prefix stands before field names in messages, for example {@code messages[0].}
     */
    Fields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** The field under its full name. */
    String path(String name) {
        return prefix + name;
    }

    /** The field's value; null if it is absent or null. */
    @Nullable JsonNode node(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Declares fields that are accepted and have no effect. */
    void ignore(Set<String> names) {
        known.addAll(names);
    }

    @Nullable String text(String name, int maxCharacters) {
        JsonNode value = node(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid(path(name), value, "a string");
        }
        if (value.textValue().length() > maxCharacters) {
            throw invalid(path(name), value, "at most " + maxCharacters + " characters");
        }
        return value.textValue();
    }

    /** A short text that is not empty, if present. */
    @Nullable String name(String name) {
        String text = text(name, MAX_NAME_CHARACTERS);
        if (text != null && text.isEmpty()) {
            throw invalid(path(name), object.path(name), "a name that is not empty");
        }
        return text;
    }

    String requiredName(String name) {
        return Optional.ofNullable(name(name)).orElseThrow(() -> missing(path(name), "a string"));
    }

    boolean flag(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw invalid(path(name), value, "true or false");
        }
        return value.booleanValue();
    }

    @Nullable Integer integer(String name) {
        JsonNode value = node(name);
        return value == null ? null : intOf(value, path(name));
    }

    int integer(String name, int absent) {
        Integer value = integer(name);
        return value == null ? absent : value;
    }

    @Nullable Long longInteger(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
            throw invalid(path(name), value, "an integer of at most 64 bits");
        }
        return value.longValue();
    }

    float decimal(String name, float absent) {
        JsonNode value = node(name);
        if (value == null) {
            return absent;
        }
        if (!value.isNumber()) {
            throw invalid(path(name), value, "a number");
        }
        return value.floatValue();
    }

    /** A string or a list of strings; empty if absent. */
    List<String> textOrTexts(String name) {
        JsonNode value = node(name);
        return value != null && value.isTextual()
                ? List.of(value.textValue())
                : list(name, "a string or a list of strings", Fields::textOf);
    }

    /** A list of strings; empty if absent. */
    List<String> texts(String name) {
        return list(name, "a list of strings", Fields::textOf);
    }

    /** A list of 32-bit integers; empty if absent. */
    List<Integer> integers(String name) {
        return list(name, "a list of integers", Fields::intOf);
    }

    private <T> List<T> list(String name, String rule, BiFunction<JsonNode, String, T> element) {
        JsonNode value = node(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw invalid(path(name), value, rule);
        }
        List<T> elements = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            elements.add(element.apply(value.path(i), "%s[%d]".formatted(path(name), i)));
        }
        return elements;
    }

    private static String textOf(JsonNode value, String path) {
        if (!value.isTextual()) {
            throw invalid(path, value, "a string");
        }
        return value.textValue();
    }

    static int intOf(JsonNode value, String path) {
        if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToInt()) {
            throw invalid(path, value, "an integer of at most 32 bits");
        }
        return value.intValue();
    }

    /** Fields that are present and that nobody asked for, in the order of the record. */
    List<String> unknown() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.removeAll(known);
        return names;
    }

    /** Refuses the first field that nobody asked for. */
    void refuseUnknown() {
        for (String name : unknown()) {
            throw invalid(path(name), object.path(name), "no field of this name");
        }
    }

    ObjectNode object() {
        return object;
    }
}
