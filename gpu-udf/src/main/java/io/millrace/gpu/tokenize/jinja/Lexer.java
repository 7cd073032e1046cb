package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into texts and tags, with Jinja's rules for the whitespace around them as Hugging
 * Face sets them: {@code trim_blocks} and {@code lstrip_blocks} on, {@code keep_trailing_newline}
 * off. Used once.
 */
final class Lexer {

    private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-?)%}");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");

    private final String source;
    private final List<Segment> segments = new ArrayList<>();
    private int position;

    /** Whether the text at {@link #position} begins a line of the template. */
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    /** A text, an expression to print, or a statement. */
    record Segment(Kind kind, String text, List<Token> tokens, int line) {
        enum Kind {
            TEXT,
            PRINT,
            STATEMENT
        }
    }

    static List<Segment> segments(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        Lexer lexer = new Lexer(source);
        while (lexer.position < source.length()) {
            lexer.next();
        }
        return lexer.segments;
    }

    private void next() {
        int start = nextTag(position);
        if (start < 0) {
            addText(source.substring(position));
            position = source.length();
            return;
        }
        char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
        char kind = source.charAt(start + 1);
        addText(stripEnd(source.substring(position, start), sign, kind != '{'));
        position = start;
        switch (kind) {
            case '#' -> skipComment();
            case '%' -> readStatement(start);
            default -> readTag(Segment.Kind.PRINT, "}}");
        }
    }

    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** What stays of the text before a tag. */
    private String stripEnd(String text, char sign, boolean block) {
        if (sign == '-') {
            return PyText.stripEnd(text);
        }
        if (sign == '+' || !block) {
            return text;
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean ofLine = line > 0 || lineStarting;
        return ofLine && PyText.isBlank(text.substring(line)) ? text.substring(0, line) : text;
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            segments.add(new Segment(Segment.Kind.TEXT, text, List.of(), line(position)));
        }
    }

    private void skipComment() {
        int end = source.indexOf("#}", position + 2);
        if (end < 0) {
            throw new JinjaException("a comment without end").atLine(line(position));
        }
        char sign = end > position + 2 ? source.charAt(end - 1) : ' ';
        position = end + 2;
        afterTag(sign, true);
    }

    private void readStatement(int start) {
        Matcher raw = RAW.matcher(source).region(start, source.length());
        if (!raw.lookingAt()) {
            readTag(Segment.Kind.STATEMENT, "%}");
            return;
        }
        position = raw.end();
        afterTag(raw.group(1).isEmpty() ? '+' : '-', true);
        Matcher end = END_RAW.matcher(source);
        if (!end.find(position)) {
            throw new JinjaException("raw without endraw").atLine(line(start));
        }
        char before = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
        addText(stripEnd(source.substring(position, end.start()), before, true));
        position = end.end();
        afterTag(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
    }

    private void readTag(Segment.Kind kind, String delimiter) {
        int start = position;
        int from = start + 2;
        if (from < source.length() && "-+".indexOf(source.charAt(from)) >= 0) {
            from++;
        }
        TagLexer tag = new TagLexer(source, from, delimiter, line(start));
        segments.add(new Segment(kind, "", tag.tokens(), line(start)));
        position = tag.end();
        afterTag(tag.sign(), kind == Segment.Kind.STATEMENT);
    }

    /** Skips what belongs to the tag that ended at {@link #position}. */
    private void afterTag(char sign, boolean block) {
        if (sign == '-') {
            while (position < source.length() && PyText.isSpace(source.charAt(position))) {
                position++;
            }
        } else if (block && sign != '+' && source.startsWith("\n", position)) {
            position++;
        }
        lineStarting = source.charAt(position - 1) == '\n';
    }

    private int line(int at) {
        return 1 + (int) source.chars().limit(at).filter(c -> c == '\n').count();
    }
}
