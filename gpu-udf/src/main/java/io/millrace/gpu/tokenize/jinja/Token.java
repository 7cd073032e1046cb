package io.millrace.gpu.tokenize.jinja;

/**
 * A word of a tag.
 *
 * @param text the name or operator, or a string's value, or the digits of a number
 */
record Token(Kind kind, String text) {

    enum Kind {
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    /** For messages. */
    String shown() {
        return kind == Kind.END ? "the end of the tag" : "'" + text + "'";
    }
}
