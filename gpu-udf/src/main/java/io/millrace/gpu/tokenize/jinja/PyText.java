package io.millrace.gpu.tokenize.jinja;

import java.util.function.IntPredicate;

/** Strings as Python sees them: sequences of code points with Unicode whitespace. */
final class PyText {

    private PyText() {}

    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    static boolean isBlank(String text) {
        return text.chars().allMatch(PyText::isSpace);
    }

    static String stripEnd(String text) {
        return strip(text, PyText::isSpace, false, true);
    }

    static String strip(String text, IntPredicate stripped, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && stripped.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (end && to > from && stripped.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The characters from one index to another, in code points. */
    static String substring(String text, int from, int to) {
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    /** Index in code points for one in chars. */
    static long index(String text, int charIndex) {
        return charIndex < 0 ? -1 : text.codePointCount(0, charIndex);
    }

    /** The value of a string literal; an escape that is none stays as it is, as in Python. */
    static String unescape(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < literal.length()) {
            char c = literal.charAt(at);
            if (c != '\\' || at + 1 == literal.length()) {
                text.append(c);
                at++;
            } else {
                at = unescapeAt(literal, at, text);
            }
        }
        return text.toString();
    }

    private static int unescapeAt(String literal, int at, StringBuilder text) {
        char escape = literal.charAt(at + 1);
        int simple = "ntrbfva\\'\"0".indexOf(escape);
        if (simple >= 0) {
            text.append("\n\t\r\b\f\u000b\u0007\\'\"\0".charAt(simple));
            return at + 2;
        }
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
        if (escape == '\n') {
            return at + 2;
        }
        if (digits > 0 && at + 2 + digits <= literal.length()) {
            try {
                text.appendCodePoint(
                        Integer.parseInt(literal.substring(at + 2, at + 2 + digits), 16));
                return at + 2 + digits;
            } catch (IllegalArgumentException e) {
                throw new JinjaException("not a character: \\" + escape);
            }
        }
        text.append('\\').append(escape);
        return at + 2;
    }
}
