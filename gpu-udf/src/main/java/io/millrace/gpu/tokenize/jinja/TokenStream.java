package io.millrace.gpu.tokenize.jinja;

import java.util.List;

/** The words of a tag, one after the other. Used by one thread. */
final class TokenStream {

    private final List<Token> tokens;
    private int next;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peekAfter() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (next < tokens.size() - 1) {
            next++;
        }
        return token;
    }

    boolean takeOperator(String operator) {
        boolean is = peek().isOperator(operator);
        if (is) {
            take();
        }
        return is;
    }

    boolean takeName(String name) {
        boolean is = peek().isName(name);
        if (is) {
            take();
        }
        return is;
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw new JinjaException(
                    "unexpected %s (expected: '%s')".formatted(peek().shown(), operator));
        }
    }

    void expectName(String name) {
        if (!takeName(name)) {
            throw new JinjaException(
                    "unexpected %s (expected: '%s')".formatted(peek().shown(), name));
        }
    }

    String name() {
        Token token = take();
        if (token.kind() != Token.Kind.NAME) {
            throw new JinjaException("unexpected %s (expected: a name)".formatted(token.shown()));
        }
        return token.text();
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    void expectEnd() {
        if (!atEnd()) {
            throw new JinjaException("unexpected " + peek().shown());
        }
    }
}
