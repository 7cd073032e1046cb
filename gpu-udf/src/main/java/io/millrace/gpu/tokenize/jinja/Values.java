package io.millrace.gpu.tokenize.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's view of values: {@link None}, Boolean, Long, Double, String, List, Map, {@link
 * Namespace}, {@link Callable}, {@link Undefined}.
 */
final class Values {

    private static final int MAX_REPR_DEPTH = 64;

    private Values() {}

    /** A value of Java's as one of the template's. */
    static Object of(@Nullable Object value) {
        if (value == null) {
            return None.NONE;
        }
        if (value instanceof Integer integer) {
            return integer.longValue();
        }
        if (value instanceof List<?> list) {
            List<Object> values = new ArrayList<>(list.size());
            list.forEach(element -> values.add(of(element)));
            return values;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> values = new LinkedHashMap<>();
            map.forEach((key, element) -> values.put(of(key), of(element)));
            return values;
        }
        return value;
    }

    static boolean isTrue(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return !(value instanceof None || value instanceof Undefined);
    }

    /** Python's {@code str}. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : repr(value, 0);
    }

    private static String repr(Object value, int depth) {
        if (depth > MAX_REPR_DEPTH) {
            throw new JinjaException("values nested too deep to print");
        }
        if (value instanceof String text) {
            return quoted(text);
        }
        if (value instanceof Boolean bool) {
            return bool ? "True" : "False";
        }
        if (value instanceof None) {
            return "None";
        }
        if (value instanceof Double number) {
            return decimal(number);
        }
        if (value instanceof List<?> list) {
            String inner = joined(list, depth);
            boolean tuple = value instanceof Tuple;
            return tuple ? "(" + inner + (list.size() == 1 ? ",)" : ")") : "[" + inner + "]";
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach(
                    (key, element) ->
                            entries.add(repr(key, depth + 1) + ": " + repr(element, depth + 1)));
            return "{" + String.join(", ", entries) + "}";
        }
        return value instanceof Undefined ? "Undefined" : String.valueOf(value);
    }

    private static String joined(List<?> list, int depth) {
        List<String> elements = new ArrayList<>();
        list.forEach(element -> elements.add(repr(element, depth + 1)));
        return String.join(", ", elements);
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c == quote) {
                        quoted.append('\\');
                    }
                    quoted.append(c);
                }
            }
        }
        return quoted.append(quote).toString();
    }

    /** Python's {@code repr} of a float. */
    static String decimal(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        double magnitude = Math.abs(number);
        if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
            return exponential(number);
        }
        String plain = new BigDecimal(Double.toString(number)).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    private static String exponential(double number) {
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + size;
    }

    static long integer(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        throw new JinjaException("expected an integer, not " + typeName(value));
    }

    /** The elements of whatever can be iterated. */
    static List<Object> elements(Object value) {
        if (value instanceof List<?> list) {
            return List.copyOf(list);
        }
        if (value instanceof Map<?, ?> map) {
            return List.copyOf(map.keySet());
        }
        if (value instanceof String text) {
            List<Object> characters = new ArrayList<>(text.length());
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        throw new JinjaException(typeName(value) + " cannot be iterated");
    }

    static String typeName(Object value) {
        if (value instanceof Undefined undefined) {
            return "an undefined value (" + undefined.description() + ")";
        }
        if (value instanceof String) {
            return "a string";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        if (value instanceof Map<?, ?>) {
            return "a mapping";
        }
        return value instanceof Callable ? "a function" : text(value);
    }
}
