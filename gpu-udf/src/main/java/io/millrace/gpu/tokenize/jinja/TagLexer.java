package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads the words of one tag up to its end, which brackets and strings may hide. Used once. */
final class TagLexer {

    private static final List<String> OPERATORS =
            List.of(
                    "//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(",
                    ")", "{", "}", "<", ">", "=", ".", ":", "|", ",", ";");

    private final String source;
    private final String delimiter;
    private final int line;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<String> brackets = new ArrayDeque<>();
    private int position;
    private char sign = ' ';

    TagLexer(String source, int from, String delimiter, int line) {
        this.source = source;
        this.position = from;
        this.delimiter = delimiter;
        this.line = line;
        while (!atEnd()) {
            read();
        }
        tokens.add(new Token(Token.Kind.END, ""));
    }

    List<Token> tokens() {
        return tokens;
    }

    /** Where the text after the tag begins. */
    int end() {
        return position;
    }

    /** The sign before the end of the tag. */
    char sign() {
        return sign;
    }

    private boolean atEnd() {
        while (position < source.length() && PyText.isSpace(source.charAt(position))) {
            position++;
        }
        if (position >= source.length()) {
            throw new JinjaException("a tag without " + delimiter).atLine(line);
        }
        if (!brackets.isEmpty()) {
            return false;
        }
        char c = source.charAt(position);
        boolean signed = (c == '-' || c == '+') && source.startsWith(delimiter, position + 1);
        if (!signed && !source.startsWith(delimiter, position)) {
            return false;
        }
        sign = signed ? c : ' ';
        position += delimiter.length() + (signed ? 1 : 0);
        return true;
    }

    private void read() {
        char c = source.charAt(position);
        if (c == '\'' || c == '"') {
            readString(c);
        } else if (c >= '0' && c <= '9') {
            readNumber();
        } else if (c == '_' || Character.isLetter(c)) {
            int from = position;
            while (position < source.length() && isNamePart(source.charAt(position))) {
                position++;
            }
            tokens.add(new Token(Token.Kind.NAME, source.substring(from, position)));
        } else {
            readOperator();
        }
    }

    private static boolean isNamePart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private void readString(char quote) {
        int from = position + 1;
        int to = from;
        while (to < source.length() && source.charAt(to) != quote) {
            to += source.charAt(to) == '\\' ? 2 : 1;
        }
        if (to >= source.length()) {
            throw new JinjaException("a string without end").atLine(line);
        }
        tokens.add(new Token(Token.Kind.STRING, PyText.unescape(source.substring(from, to))));
        position = to + 1;
    }

    private void readNumber() {
        int from = position;
        skipDigits();
        // a.0.1 is an element of an element.
        boolean index = !tokens.isEmpty() && tokens.get(tokens.size() - 1).isOperator(".");
        boolean decimal =
                !index
                        && position + 1 < source.length()
                        && source.charAt(position) == '.'
                        && Character.isDigit(source.charAt(position + 1));
        if (decimal) {
            position++;
            skipDigits();
        }
        tokens.add(
                new Token(
                        decimal ? Token.Kind.FLOAT : Token.Kind.INTEGER,
                        source.substring(from, position).replace("_", "")));
    }

    private void skipDigits() {
        while (position < source.length()
                && (source.charAt(position) == '_'
                        || (source.charAt(position) >= '0' && source.charAt(position) <= '9'))) {
            position++;
        }
    }

    private void readOperator() {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                balance(operator);
                tokens.add(new Token(Token.Kind.OPERATOR, operator));
                position += operator.length();
                return;
            }
        }
        throw new JinjaException("unexpected character '" + source.charAt(position) + "'")
                .atLine(line);
    }

    private void balance(String operator) {
        switch (operator) {
            case "(" -> brackets.push(")");
            case "[" -> brackets.push("]");
            case "{" -> brackets.push("}");
            case ")", "]", "}" -> {
                if (brackets.isEmpty() || !brackets.pop().equals(operator)) {
                    throw new JinjaException("unexpected '" + operator + "'").atLine(line);
                }
            }
            default -> {}
        }
    }
}
