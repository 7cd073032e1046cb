package io.millrace.gpu.tokenize.jinja;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} on strings and {@code str.format}, without widths. Stateless. */
final class Formats {

    private static final Pattern PERCENT = Pattern.compile("%(?:\\.(\\d))?([sdifr%])|%");
    private static final Pattern BRACES = Pattern.compile("\\{\\{|}}|\\{(\\w*)}");

    private Formats() {}

    static String percent(String format, Object values, Budget budget) {
        List<?> arguments = values instanceof Tuple tuple ? tuple : List.of(values);
        Matcher matcher = PERCENT.matcher(format);
        StringBuilder text = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            String kind = matcher.group(2);
            if (kind == null) {
                throw new JinjaException("a format that is not supported: '" + format + "'");
            }
            String value = "%";
            if (!kind.equals("%")) {
                if (next == arguments.size()) {
                    throw new JinjaException("too few values for '" + format + "'");
                }
                value = formatted(kind, matcher.group(1), arguments.get(next++));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
            budget.bound(text.length());
        }
        return matcher.appendTail(text).toString();
    }

    private static String formatted(String kind, String digits, Object value) {
        return switch (kind) {
            case "d", "i" -> Long.toString((long) Operators.number(value));
            case "f" ->
                    String.format(
                            Locale.ROOT,
                            "%." + (digits == null ? "6" : digits) + "f",
                            Operators.number(value));
            default -> Values.text(value);
        };
    }

    static String braces(String format, Arguments arguments, Budget budget) {
        Matcher matcher = BRACES.matcher(format);
        StringBuilder text = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            String field = matcher.group(1);
            String value;
            if (field == null) {
                value = matcher.group().substring(1);
            } else if (field.isEmpty()) {
                value = arguments.text(next++, "");
            } else {
                boolean number = Character.isDigit(field.charAt(0));
                value = arguments.text(number ? Integer.parseInt(field) : Integer.MAX_VALUE, field);
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
            budget.bound(text.length());
        }
        return matcher.appendTail(text).toString();
    }
}
