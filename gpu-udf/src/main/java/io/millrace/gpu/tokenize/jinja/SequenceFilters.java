package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Jinja's filters of sequences. Stateless. */
final class SequenceFilters {

    private SequenceFilters() {}

    static Object apply(String name, Object value, Arguments arguments, Budget budget) {
        if (name.equals("reverse") && value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        if (name.equals("dictsort") && value instanceof Map<?, ?> map) {
            return sortedItems(map, arguments, budget);
        }
        List<Object> elements = Values.elements(value);
        budget.steps(elements.size());
        return switch (name) {
            case "first", "last" -> end(elements, name);
            case "list" -> new ArrayList<>(elements);
            case "join" -> join(elements, arguments, budget);
            case "reverse" -> {
                List<Object> reversed = new ArrayList<>(elements);
                Collections.reverse(reversed);
                yield reversed;
            }
            case "sort" ->
                    sort(
                            elements,
                            attribute(arguments.optional(2, "attribute").orElse(None.NONE)),
                            arguments.flag(1, "case_sensitive"),
                            arguments.flag(0, "reverse"),
                            budget);
            case "unique" -> unique(elements, key(arguments), budget);
            case "sum" -> sum(elements, key(arguments), budget);
            case "min", "max" -> extreme(name, elements, key(arguments));
            case "map" -> map(elements, arguments, budget);
            case "select", "reject", "selectattr", "rejectattr" ->
                    select(name, elements, arguments, budget);
            default -> throw new JinjaException("no filter named '" + name + "'");
        };
    }

    private static Object end(List<Object> elements, String name) {
        if (elements.isEmpty()) {
            return new Undefined("an empty sequence has no " + name + " element");
        }
        return elements.get(name.equals("first") ? 0 : elements.size() - 1);
    }

    private static String join(List<Object> elements, Arguments arguments, Budget budget) {
        UnaryOperator<Object> key = attribute(arguments.optional(1, "attribute").orElse(None.NONE));
        String separator = Values.text(arguments.optional(0, "d").orElse(""));
        List<Object> parts = new ArrayList<>(elements);
        parts.replaceAll(key);
        return StringMethods.join(separator, parts, budget);
    }

    /** What {@code attribute=} names, or the element itself. */
    private static UnaryOperator<Object> key(Arguments arguments) {
        return attribute(arguments.named().getOrDefault("attribute", None.NONE));
    }

    private static UnaryOperator<Object> attribute(Object name) {
        if (name instanceof None) {
            return UnaryOperator.identity();
        }
        if (name instanceof Long) {
            return element -> Members.item(element, name);
        }
        return element -> {
            Object value = element;
            for (String part : Values.text(name).split("\\.", -1)) {
                value = Members.item(value, part);
            }
            return value;
        };
    }

    private static List<Object> sortedItems(Map<?, ?> map, Arguments arguments, Budget budget) {
        boolean byValue = arguments.optional(1, "by").orElse("key").equals("value");
        return sort(
                MapMethods.items(map),
                item -> Members.item(item, byValue ? 1L : 0L),
                arguments.flag(0, "case_sensitive"),
                arguments.flag(2, "reverse"),
                budget);
    }

    private static List<Object> sort(
            List<Object> elements,
            UnaryOperator<Object> key,
            boolean exact,
            boolean reverse,
            Budget budget) {
        Comparator<Object> order =
                (a, b) -> {
                    budget.step();
                    return Operators.order(
                            folded(key.apply(a), exact), folded(key.apply(b), exact));
                };
        List<Object> sorted = new ArrayList<>(elements);
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    private static Object folded(Object value, boolean exact) {
        return !exact && value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static List<Object> unique(
            List<Object> elements, UnaryOperator<Object> key, Budget budget) {
        List<Object> seen = new ArrayList<>();
        List<Object> unique = new ArrayList<>();
        for (Object element : elements) {
            Object value = folded(key.apply(element), false);
            if (!Operators.contains(seen, value, budget)) {
                seen.add(value);
                unique.add(element);
            }
        }
        return unique;
    }

    private static Object sum(List<Object> elements, UnaryOperator<Object> key, Budget budget) {
        Object sum = 0L;
        for (Object element : elements) {
            sum = Operators.apply("+", sum, key.apply(element), budget);
        }
        return sum;
    }

    private static Object extreme(String name, List<Object> elements, UnaryOperator<Object> key) {
        Comparator<Object> order = (a, b) -> Operators.order(key.apply(a), key.apply(b));
        return elements.stream()
                .max(name.equals("max") ? order : order.reversed())
                .orElseGet(() -> new Undefined("an empty sequence has no " + name));
    }

    /** {@code map(attribute='a', default=x)} or {@code map('filter', arguments)}. */
    private static List<Object> map(List<Object> elements, Arguments arguments, Budget budget) {
        List<Object> mapped = new ArrayList<>(elements);
        if (arguments.positional().isEmpty()) {
            UnaryOperator<Object> key = key(arguments);
            Object absent = arguments.named().get("default");
            mapped.replaceAll(
                    element -> {
                        Object value = key.apply(element);
                        return value instanceof Undefined && absent != null ? absent : value;
                    });
        } else {
            String filter = arguments.text(0, "filter");
            mapped.replaceAll(element -> Filters.apply(filter, element, arguments.rest(), budget));
        }
        return mapped;
    }

    /** {@code select('test', arguments)} or {@code selectattr('a', 'test', arguments)}. */
    private static List<Object> select(
            String name, List<Object> elements, Arguments arguments, Budget budget) {
        boolean ofAttribute = name.endsWith("attr");
        UnaryOperator<Object> key =
                ofAttribute
                        ? attribute(arguments.required(0, "attribute"))
                        : UnaryOperator.identity();
        Arguments test = ofAttribute ? arguments.rest() : arguments;
        boolean wanted = name.startsWith("select");
        Predicate<Object> holds =
                test.positional().isEmpty()
                        ? Values::isTrue
                        : value -> Tests.holds(test.text(0, "test"), value, test.rest(), budget);
        return new ArrayList<>(
                elements.stream()
                        .filter(element -> holds.test(key.apply(element)) == wanted)
                        .toList());
    }
}
