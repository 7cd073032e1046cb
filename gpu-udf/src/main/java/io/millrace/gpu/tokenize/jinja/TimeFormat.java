package io.millrace.gpu.tokenize.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** C's {@code strftime}, as far as templates use it. Stateless. */
final class TimeFormat {

    private static final Pattern DIRECTIVE = Pattern.compile("%(.)");

    private static final Map<Character, String> PATTERNS =
            Map.ofEntries(
                    Map.entry('Y', "yyyy"),
                    Map.entry('y', "yy"),
                    Map.entry('m', "MM"),
                    Map.entry('B', "MMMM"),
                    Map.entry('b', "MMM"),
                    Map.entry('d', "dd"),
                    Map.entry('j', "DDD"),
                    Map.entry('A', "EEEE"),
                    Map.entry('a', "EEE"),
                    Map.entry('H', "HH"),
                    Map.entry('I', "hh"),
                    Map.entry('p', "a"),
                    Map.entry('M', "mm"),
                    Map.entry('S', "ss"),
                    Map.entry('F', "yyyy-MM-dd"),
                    Map.entry('T', "HH:mm:ss"));

    private TimeFormat() {}

    static String format(ZonedDateTime time, String format) {
        Matcher matcher = DIRECTIVE.matcher(format);
        return matcher.replaceAll(
                directive -> {
                    char letter = directive.group(1).charAt(0);
                    if (letter == '%') {
                        return "%";
                    }
                    String pattern = PATTERNS.get(letter);
                    if (pattern == null) {
                        throw new JinjaException("a time format that is not supported: " + format);
                    }
                    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
                });
    }
}
