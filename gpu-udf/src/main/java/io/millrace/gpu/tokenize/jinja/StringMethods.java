package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's methods of strings. Stateless. */
final class StringMethods {

    private StringMethods() {}

    static @Nullable Callable of(String text, String name) {
        return switch (name) {
            case "strip" -> (context, arguments) -> strip(text, arguments, true, true);
            case "lstrip" -> (context, arguments) -> strip(text, arguments, true, false);
            case "rstrip" -> (context, arguments) -> strip(text, arguments, false, true);
            case "startswith" -> (context, arguments) -> any(arguments, text, String::startsWith);
            case "endswith" -> (context, arguments) -> any(arguments, text, String::endsWith);
            case "removeprefix" ->
                    (context, arguments) -> {
                        String prefix = arguments.text(0, "prefix");
                        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                    };
            case "removesuffix" ->
                    (context, arguments) -> {
                        String suffix = arguments.text(0, "suffix");
                        return text.endsWith(suffix)
                                ? text.substring(0, text.length() - suffix.length())
                                : text;
                    };
            case "split", "rsplit", "splitlines", "replace", "join", "format" ->
                    (context, arguments) -> rebuilt(name, text, arguments, context.budget());
            case "upper", "lower", "title", "capitalize" ->
                    (context, arguments) -> cased(name, text, context.budget());
            default -> searches(text, name);
        };
    }

    private static @Nullable Callable searches(String text, String name) {
        return switch (name) {
            case "find" ->
                    (context, arguments) ->
                            PyText.index(text, text.indexOf(arguments.text(0, "sub")));
            case "rfind" ->
                    (context, arguments) ->
                            PyText.index(text, text.lastIndexOf(arguments.text(0, "sub")));
            case "count" ->
                    (context, arguments) ->
                            (long) split(text, arguments.text(0, "sub"), -1).size() - 1;
            case "isdigit", "isnumeric", "isdecimal" ->
                    (context, arguments) -> all(text, Character::isDigit);
            case "isalpha" -> (context, arguments) -> all(text, Character::isLetter);
            case "isalnum" -> (context, arguments) -> all(text, Character::isLetterOrDigit);
            case "isspace" -> (context, arguments) -> all(text, PyText::isSpace);
            case "isupper" -> (context, arguments) -> isCased(text) && text.equals(upper(text));
            case "islower" -> (context, arguments) -> isCased(text) && text.equals(lower(text));
            default -> null;
        };
    }

    private static Object rebuilt(String name, String text, Arguments arguments, Budget budget) {
        budget.text(text.length());
        return switch (name) {
            case "split" -> split(text, arguments, true, budget);
            case "rsplit" -> split(text, arguments, false, budget);
            case "splitlines" -> new ArrayList<Object>(text.lines().toList());
            case "join" -> join(text, Values.elements(arguments.required(0, "iterable")), budget);
            case "format" -> Formats.braces(text, arguments, budget);
            default ->
                    replace(
                            text,
                            arguments.text(0, "old"),
                            arguments.text(1, "new"),
                            arguments.integer(2, "count", -1),
                            budget);
        };
    }

    static String strip(String text, Arguments arguments, boolean start, boolean end) {
        Optional<Object> characters =
                arguments.optional(0, "chars").filter(value -> !(value instanceof None));
        IntPredicate stripped =
                characters.isEmpty()
                        ? PyText::isSpace
                        : c -> Values.text(characters.get()).indexOf(c) >= 0;
        return PyText.strip(text, stripped, start, end);
    }

    private static boolean any(
            Arguments arguments, String text, BiPredicate<String, String> matches) {
        Object expected = arguments.required(0, "prefix");
        return expected instanceof Tuple tuple
                ? tuple.stream().anyMatch(each -> matches.test(text, Values.text(each)))
                : matches.test(text, Values.text(expected));
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static boolean isCased(String text) {
        return text.codePoints()
                .anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String cased(String name, String text, Budget budget) {
        budget.text(text.length());
        return switch (name) {
            case "upper" -> upper(text);
            case "lower" -> lower(text);
            case "capitalize" -> titled(text, false);
            default -> titled(text, true);
        };
    }

    /** The first letter, or that of every word, large and all others small. */
    private static String titled(String text, boolean everyWord) {
        StringBuilder titled = new StringBuilder();
        boolean large = true;
        for (int c : text.codePoints().toArray()) {
            titled.appendCodePoint(large ? Character.toTitleCase(c) : Character.toLowerCase(c));
            large = everyWord && !Character.isLetter(c);
        }
        return titled.toString();
    }

    private static List<Object> split(
            String text, Arguments arguments, boolean fromStart, Budget budget) {
        Object separator = arguments.optional(0, "sep").orElse(None.NONE);
        int limit = (int) arguments.integer(1, "maxsplit", -1);
        List<Object> parts =
                separator instanceof None
                        ? words(text, limit)
                        : fromStart
                                ? split(text, Values.text(separator), limit)
                                : splitFromEnd(text, Values.text(separator), limit);
        budget.steps(parts.size());
        return parts;
    }

    private static List<Object> split(String text, String separator, int limit) {
        if (separator.isEmpty()) {
            throw new JinjaException("an empty separator");
        }
        List<Object> parts = new ArrayList<>();
        int from = 0;
        int at = text.indexOf(separator);
        while (at >= 0 && parts.size() != limit) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<Object> splitFromEnd(String text, String separator, int limit) {
        if (limit < 0) {
            return split(text, separator, limit);
        }
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        int at = text.lastIndexOf(separator);
        while (at >= 0 && parts.size() != limit) {
            parts.add(0, text.substring(at + separator.length(), to));
            to = at;
            at = at == 0 ? -1 : text.lastIndexOf(separator, at - separator.length());
        }
        parts.add(0, text.substring(0, to));
        return parts;
    }

    private static List<Object> words(String text, int limit) {
        List<Object> words = new ArrayList<>();
        int at = wordStart(text, 0);
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && !PyText.isSpace(text.charAt(end))) {
                end++;
            }
            if (words.size() == limit) {
                end = text.length();
            }
            words.add(text.substring(at, end));
            at = wordStart(text, end);
        }
        return words;
    }

    private static int wordStart(String text, int from) {
        int at = from;
        while (at < text.length() && PyText.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static String join(String separator, List<Object> elements, Budget budget) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < elements.size(); i++) {
            budget.step();
            text.append(i == 0 ? "" : separator).append(Values.text(elements.get(i)));
            budget.bound(text.length());
        }
        return text.toString();
    }

    static String replace(String text, String old, String next, long limit, Budget budget) {
        if (limit == 0) {
            return text;
        }
        if (old.isEmpty()) {
            throw new JinjaException("replace of an empty string");
        }
        long count = split(text, old, (int) limit).size() - 1L;
        budget.steps((int) Math.min(count, Integer.MAX_VALUE));
        budget.text(text.length() + count * Math.max(0, next.length() - old.length()));
        return join(next, split(text, old, (int) limit), budget);
    }
}
