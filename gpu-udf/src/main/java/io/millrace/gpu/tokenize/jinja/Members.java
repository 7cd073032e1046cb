package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes, elements and slices of values. Stateless. */
final class Members {

    private Members() {}

    /** {@code owner.name}. */
    static Object attribute(Object owner, String name) {
        if (owner instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (owner instanceof Namespace namespace) {
            return present(namespace.attributes().get(name), owner, name);
        }
        if (owner instanceof Loop loop) {
            return loop.attribute(name);
        }
        if (owner instanceof String text) {
            return present(StringMethods.of(text, name), owner, name);
        }
        if (owner instanceof Map<?, ?> map) {
            Callable method = MapMethods.of(map, name);
            return method != null ? method : present(map.get(name), owner, name);
        }
        return present(null, owner, name);
    }

    private static Object present(@Nullable Object value, Object owner, String name) {
        return value != null
                ? value
                : new Undefined("'%s' of %s is undefined".formatted(name, Values.typeName(owner)));
    }

    /** {@code owner[key]}. */
    static Object item(Object owner, Object key) {
        if (owner instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (owner instanceof Map<?, ?> map && map.containsKey(key)) {
            return present(map.get(key), owner, Values.text(key));
        }
        if (key instanceof Long index && owner instanceof List<?> list) {
            long at = index < 0 ? index + list.size() : index;
            return at >= 0 && at < list.size()
                    ? present(list.get((int) at), owner, "element")
                    : new Undefined("the list has no element " + index);
        }
        if (key instanceof Long index && owner instanceof String text) {
            int length = PyText.length(text);
            long at = index < 0 ? index + length : index;
            return at >= 0 && at < length
                    ? PyText.substring(text, (int) at, (int) at + 1)
                    : new Undefined("the string has no character " + index);
        }
        return key instanceof String name
                ? attribute(owner, name)
                : present(null, owner, Values.text(key));
    }

    /** {@code owner[from:to:step]}, with Python's rules for what is left out or out of range. */
    static Object slice(
            Object owner,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable Long step,
            Budget budget) {
        boolean text = owner instanceof String;
        if (!text && !(owner instanceof List<?>)) {
            throw new JinjaException("a slice of " + Values.typeName(owner));
        }
        if (owner instanceof String string && (step == null || step == 1)) {
            budget.text(string.length());
            int length = PyText.length(string);
            int start = clamp(from == null ? 0 : from, 0, length, length);
            int end = clamp(to == null ? length : to, 0, length, length);
            return end <= start ? "" : PyText.substring(string, start, end);
        }
        List<Object> elements = Values.elements(owner);
        budget.steps(elements.size());
        List<Object> slice = slice(elements, from, to, step == null ? 1 : step);
        if (text) {
            return String.join("", slice.stream().map(Values::text).toList());
        }
        return owner instanceof Tuple ? new Tuple(slice) : slice;
    }

    private static List<Object> slice(
            List<Object> elements, @Nullable Long from, @Nullable Long to, long step) {
        if (step == 0) {
            throw new JinjaException("a slice of step 0");
        }
        int size = elements.size();
        int lowest = step > 0 ? 0 : -1;
        int highest = step > 0 ? size : size - 1;
        int first = step > 0 ? lowest : highest;
        int last = step > 0 ? highest : lowest;
        long start = from == null ? first : clamp(from, lowest, highest, size);
        long end = to == null ? last : clamp(to, lowest, highest, size);
        List<Object> slice = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            slice.add(elements.get((int) i));
        }
        return slice;
    }

    private static int clamp(long index, int lowest, int highest, int size) {
        long absolute = index < 0 ? index + size : index;
        return (int) Math.max(lowest, Math.min(highest, absolute));
    }
}
