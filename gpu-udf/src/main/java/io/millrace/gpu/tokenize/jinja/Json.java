package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps} as chat templates see it. Used by one thread, for one value. */
final class Json {

    private static final int MAX_DEPTH = 64;

    private final StringBuilder text = new StringBuilder();
    private final Budget budget;
    private final int indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean ascii;
    private final boolean sorted;

    private Json(Arguments arguments, Budget budget) {
        this.budget = budget;
        Object spaces = arguments.named().getOrDefault("indent", None.NONE);
        indent = spaces instanceof Long number ? (int) Math.min(16, number) : -1;
        List<Object> separators =
                Values.elements(arguments.named().getOrDefault("separators", new Undefined("")));
        itemSeparator =
                separators.size() == 2 ? Values.text(separators.get(0)) : indent >= 0 ? "," : ", ";
        keySeparator = separators.size() == 2 ? Values.text(separators.get(1)) : ": ";
        ascii = Values.isTrue(arguments.named().getOrDefault("ensure_ascii", false));
        sorted = Values.isTrue(arguments.named().getOrDefault("sort_keys", false));
    }

    static String write(Object value, Arguments arguments, Budget budget) {
        Json json = new Json(arguments, budget);
        json.write(value, 0);
        return json.text.toString();
    }

    private void write(Object value, int depth) {
        budget.step();
        budget.bound(text.length());
        if (depth > MAX_DEPTH) {
            throw new JinjaException("tojson: values nested too deep");
        }
        if (value instanceof String string) {
            quote(string);
        } else if (value instanceof Boolean bool) {
            text.append(bool);
        } else if (value instanceof None) {
            text.append("null");
        } else if (value instanceof Number number) {
            text.append(number instanceof Double d ? Values.decimal(d) : number.toString());
        } else if (value instanceof List<?> list) {
            writeList(list, depth);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, depth);
        } else {
            throw new JinjaException("tojson of " + Values.typeName(value));
        }
    }

    private void writeList(List<?> list, int depth) {
        text.append('[');
        boolean first = true;
        for (Object element : list) {
            separate(first, depth + 1);
            first = false;
            write(element, depth + 1);
        }
        close(']', first, depth);
    }

    private void writeMap(Map<?, ?> map, int depth) {
        text.append('{');
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort(Comparator.comparing(entry -> Values.text(entry.getKey())));
        }
        boolean first = true;
        for (Map.Entry<?, ?> entry : entries) {
            separate(first, depth + 1);
            first = false;
            quote(Values.text(entry.getKey()));
            text.append(keySeparator);
            write(entry.getValue(), depth + 1);
        }
        close('}', first, depth);
    }

    private void separate(boolean first, int depth) {
        if (!first) {
            text.append(itemSeparator);
        }
        line(depth);
    }

    private void close(char bracket, boolean empty, int depth) {
        if (!empty) {
            line(depth);
        }
        text.append(bracket);
    }

    private void line(int depth) {
        if (indent >= 0) {
            text.append('\n').append(" ".repeat(indent * depth));
        }
    }

    private void quote(String string) {
        budget.text(string.length());
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < 0x20 || (ascii && c > 0x7e)) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
