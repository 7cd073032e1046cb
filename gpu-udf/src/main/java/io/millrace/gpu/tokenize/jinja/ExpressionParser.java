package io.millrace.gpu.tokenize.jinja;

import io.millrace.gpu.tokenize.jinja.Expressions.Inputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions, with Jinja's precedences. Used by one thread, for one tag. */
final class ExpressionParser {

    private static final int MAX_DEPTH = 100;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> WORDS_AFTER_TEST = Set.of("else", "or", "and", "if", "is");

    private final TokenStream tokens;
    private int depth;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** An expression, with {@code if} and {@code else} behind it. */
    Expression expression() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new JinjaException("more than " + MAX_DEPTH + " expressions inside each other");
        }
        Expression value = or();
        while (tokens.takeName("if")) {
            Expression condition = or();
            Expression otherwise = tokens.takeName("else") ? expression() : null;
            value = new Expressions.Conditional(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    /** Expressions separated by commas are a tuple, even without brackets. */
    Expression tuple() {
        Expression first = expression();
        return tokens.peek().isOperator(",") ? tuple(first) : first;
    }

    private Expression tuple(Expression first) {
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")) {
            if (tokens.atEnd() || tokens.peek().isOperator(")")) {
                break;
            }
            elements.add(expression());
        }
        return new Expressions.ListOf(elements, true);
    }

    /** An expression without {@code if}, as after {@code for x in}. */
    Expression or() {
        Expression left = and();
        while (tokens.takeName("or")) {
            left = new Expressions.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takeName("and")) {
            left = new Expressions.And(left, not());
        }
        return left;
    }

    private Expression not() {
        int count = 0;
        while (tokens.takeName("not")) {
            count++;
        }
        Expression value = comparison();
        for (int i = 0; i < count; i++) {
            value = new Expressions.Not(value);
        }
        return value;
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        for (String operator = comparator(); operator != null; operator = comparator()) {
            operators.add(operator);
            others.add(sum());
        }
        return operators.isEmpty() ? first : new Expressions.Comparison(first, operators, others);
    }

    private @Nullable String comparator() {
        Token token = tokens.peek();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return tokens.take().text();
        }
        if (tokens.takeName("in")) {
            return "in";
        }
        if (token.isName("not") && tokens.peekAfter().isName("in")) {
            tokens.take();
            tokens.take();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
            String operator = tokens.take().text();
            left = new Expressions.Binary(operator, left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.peek().isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.takeOperator("~")) {
            parts.add(product());
        }
        return new Expressions.Concatenation(parts);
    }

    private Expression product() {
        Expression left = power();
        while (tokens.peek().kind() == Token.Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
            String operator = tokens.take().text();
            left = new Expressions.Binary(operator, left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.takeOperator("**")) {
            left = new Expressions.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        int signs = 0;
        boolean negative = false;
        while (tokens.peek().isOperator("-") || tokens.peek().isOperator("+")) {
            negative ^= tokens.take().isOperator("-");
            signs++;
        }
        Expression value = postfix(primary());
        if (signs > 0 && negative) {
            value = new Expressions.Negative(value);
        }
        return filtered ? filters(value) : value;
    }

    private Expression primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NAME -> named(token.text());
            case STRING -> new Expressions.Constant(strings(token.text()));
            case INTEGER -> new Expressions.Constant(integer(token.text()));
            case FLOAT -> new Expressions.Constant(Double.parseDouble(token.text()));
            case OPERATOR -> bracketed(token);
            case END -> throw new JinjaException("unexpected " + token.shown());
        };
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> new Expressions.Constant(true);
            case "false", "False" -> new Expressions.Constant(false);
            case "none", "None" -> new Expressions.Constant(None.NONE);
            default -> new Expressions.Name(name);
        };
    }

    private static long integer(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new JinjaException("a number that is too large: " + digits);
        }
    }

    /** Strings side by side are one. */
    private String strings(String first) {
        StringBuilder text = new StringBuilder(first);
        while (tokens.peek().kind() == Token.Kind.STRING) {
            text.append(tokens.take().text());
        }
        return text.toString();
    }

    private Expression bracketed(Token token) {
        return switch (token.text()) {
            case "(" -> {
                Expression value =
                        tokens.peek().isOperator(")")
                                ? new Expressions.ListOf(List.of(), true)
                                : tuple();
                tokens.expectOperator(")");
                yield value;
            }
            case "[" -> new Expressions.ListOf(elements(), false);
            case "{" -> map();
            default -> throw new JinjaException("unexpected " + token.shown());
        };
    }

    private List<Expression> elements() {
        List<Expression> elements = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
            elements.add(expression());
            if (!tokens.peek().isOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return elements;
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
            keys.add(expression());
            tokens.expectOperator(":");
            values.add(expression());
            if (!tokens.peek().isOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expressions.MapOf(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.takeOperator(".")) {
                Token name = tokens.take();
                value =
                        name.kind() == Token.Kind.INTEGER
                                ? new Expressions.Item(
                                        value, new Expressions.Constant(integer(name.text())))
                                : new Expressions.Attribute(value, nameOf(name));
            } else if (tokens.takeOperator("[")) {
                value = subscript(value);
            } else if (tokens.takeOperator("(")) {
                value = new Expressions.Call(value, inputs());
            } else {
                return value;
            }
        }
    }

    private static String nameOf(Token token) {
        if (token.kind() != Token.Kind.NAME) {
            throw new JinjaException("unexpected %s (expected: a name)".formatted(token.shown()));
        }
        return token.text();
    }

    private Expression subscript(Expression owner) {
        Expression from = tokens.peek().isOperator(":") ? null : expression();
        if (from != null && tokens.takeOperator("]")) {
            return new Expressions.Item(owner, from);
        }
        tokens.expectOperator(":");
        Expression to = bound();
        Expression step = tokens.takeOperator(":") ? bound() : null;
        tokens.expectOperator("]");
        return new Expressions.Slice(owner, from, to, step);
    }

    private @Nullable Expression bound() {
        return tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? null : expression();
    }

    /** Arguments after an opening bracket. */
    private Inputs inputs() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.takeOperator(")")) {
            if (tokens.peek().kind() == Token.Kind.NAME && tokens.peekAfter().isOperator("=")) {
                String name = tokens.name();
                tokens.take();
                named.put(name, expression());
            } else if (tokens.takeOperator("*")) {
                positional.add(new Expressions.Unpacked(expression()));
            } else {
                positional.add(expression());
            }
            if (!tokens.peek().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new Inputs(positional, named);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.takeOperator("|")) {
                value = filter(value);
            } else if (tokens.takeName("is")) {
                value = test(value);
            } else if (tokens.takeOperator("(")) {
                value = new Expressions.Call(value, inputs());
            } else {
                return value;
            }
        }
    }

    /** A filter after its bar. */
    Expressions.Filtered filter(Expression value) {
        String name = tokens.name();
        if (!Filters.NAMES.contains(name)) {
            throw new JinjaException("no filter named '" + name + "'");
        }
        return new Expressions.Filtered(
                value, name, tokens.takeOperator("(") ? inputs() : Inputs.NONE);
    }

    private Expression test(Expression value) {
        boolean negated = tokens.takeName("not");
        String name = tokens.name();
        if (!Tests.NAMES.contains(name)) {
            throw new JinjaException("no test named '" + name + "'");
        }
        Inputs inputs = Inputs.NONE;
        if (tokens.takeOperator("(")) {
            inputs = inputs();
        } else if (beginsArgument(tokens.peek())) {
            inputs = new Inputs(List.of(postfix(primary())), Map.of());
        }
        Expression test = new Expressions.Tested(value, name, inputs);
        return negated ? new Expressions.Not(test) : test;
    }

    /** Whether a test's argument stands behind it without brackets. */
    private static boolean beginsArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !WORDS_AFTER_TEST.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case END -> false;
        };
    }
}
