package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jinja's filters. Stateless. */
final class Filters {

    static final Set<String> NAMES =
            Set.of(
                    "default",
                    "d",
                    "tojson",
                    "items",
                    "attr",
                    "abs",
                    "int",
                    "float",
                    "round",
                    "length",
                    "count",
                    "upper",
                    "lower",
                    "title",
                    "capitalize",
                    "trim",
                    "string",
                    "safe",
                    "replace",
                    "indent",
                    "format",
                    "escape",
                    "e",
                    "wordcount",
                    "dictsort",
                    "first",
                    "last",
                    "list",
                    "join",
                    "reverse",
                    "sort",
                    "unique",
                    "sum",
                    "min",
                    "max",
                    "map",
                    "select",
                    "reject",
                    "selectattr",
                    "rejectattr");

    private Filters() {}

    static Object apply(String name, Object value, Arguments arguments, Budget budget) {
        budget.step();
        return switch (name) {
            case "default", "d" -> orDefault(value, arguments);
            case "tojson" -> Json.write(value, arguments, budget);
            case "items" -> value instanceof Map<?, ?> map ? MapMethods.items(map) : List.of();
            case "attr" -> Members.attribute(value, arguments.text(0, "name"));
            case "abs" -> absolute(value);
            case "int" -> toInteger(value, arguments);
            case "float" -> toDecimal(value, arguments);
            case "round" -> round(value, arguments);
            case "length", "count" -> length(value);
            case "upper",
                    "lower",
                    "title",
                    "capitalize",
                    "trim",
                    "string",
                    "safe",
                    "replace",
                    "indent",
                    "format",
                    "escape",
                    "e",
                    "wordcount" ->
                    text(name, Values.text(value), arguments, budget);
            default -> SequenceFilters.apply(name, value, arguments, budget);
        };
    }

    private static Object orDefault(Object value, Arguments arguments) {
        boolean missing =
                value instanceof Undefined
                        || (arguments.flag(1, "boolean") && !Values.isTrue(value));
        return missing ? arguments.optional(0, "default_value").orElse("") : value;
    }

    static Object length(Object value) {
        if (value instanceof String text) {
            return (long) PyText.length(text);
        }
        if (value instanceof Map<?, ?> map) {
            return (long) map.size();
        }
        return (long) Values.elements(value).size();
    }

    private static Object text(String name, String text, Arguments arguments, Budget budget) {
        budget.text(text.length());
        return switch (name) {
            case "trim" -> StringMethods.strip(text, arguments, true, true);
            case "string", "safe" -> text;
            case "replace" ->
                    StringMethods.replace(
                            text,
                            arguments.text(0, "old"),
                            arguments.text(1, "new"),
                            arguments.integer(2, "count", -1),
                            budget);
            case "indent" -> indent(text, arguments, budget);
            case "format" -> Formats.percent(text, new Tuple(arguments.positional()), budget);
            case "escape", "e" -> escape(text);
            case "wordcount" -> text.isBlank() ? 0L : (long) text.strip().split("\\s+").length;
            default -> StringMethods.cased(name, text, budget);
        };
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static String indent(String text, Arguments arguments, Budget budget) {
        Object width = arguments.optional(0, "width").orElse(4L);
        String margin =
                width instanceof Long spaces
                        ? " ".repeat((int) Math.min(256, Math.max(0, spaces)))
                        : Values.text(width);
        boolean first = arguments.flag(1, "first");
        boolean blank = arguments.flag(2, "blank");
        List<Object> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            boolean indented = lines.isEmpty() ? first : blank || !line.isEmpty();
            lines.add(indented ? margin + line : line);
        }
        return StringMethods.join("\n", lines, budget);
    }

    private static Object absolute(Object value) {
        if (value instanceof Double number) {
            return Math.abs(number);
        }
        return Math.abs(Values.integer(value));
    }

    private static Object toInteger(Object value, Arguments arguments) {
        if (Operators.isNumber(value)) {
            return (long) Operators.number(value);
        }
        try {
            return (long) Double.parseDouble(Values.text(value).strip());
        } catch (NumberFormatException e) {
            return arguments.optional(0, "default").orElse(0L);
        }
    }

    private static Object toDecimal(Object value, Arguments arguments) {
        if (Operators.isNumber(value)) {
            return Operators.number(value);
        }
        try {
            return Double.parseDouble(Values.text(value).strip());
        } catch (NumberFormatException e) {
            return arguments.optional(0, "default").orElse(0.0);
        }
    }

    private static Object round(Object value, Arguments arguments) {
        double scale = Math.pow(10, (double) arguments.integer(0, "precision", 0));
        return Math.rint(Operators.number(value) * scale) / scale;
    }
}
