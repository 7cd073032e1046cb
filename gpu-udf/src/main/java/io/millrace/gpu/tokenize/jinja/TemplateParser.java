package io.millrace.gpu.tokenize.jinja;

import io.millrace.gpu.tokenize.jinja.Lexer.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole template. Used once. */
final class TemplateParser {

    private static final int MAX_DEPTH = 64;

    private final List<Segment> segments;
    private int next;
    private int depth;

    /** Name of the tag that ended the last block. */
    private String ended = "";

    /** What else stands in that tag. */
    private TokenStream end = new TokenStream(List.of(new Token(Token.Kind.END, "")));

    private TemplateParser(List<Segment> segments) {
        this.segments = segments;
    }

    static Statements.Block parse(String template) {
        return new TemplateParser(Lexer.segments(template)).block(Set.of());
    }

    /** Statements up to a tag of one of these names, or to the end of the template if none. */
    private Statements.Block block(Set<String> ends) {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new JinjaException("more than " + MAX_DEPTH + " blocks inside each other");
        }
        List<Statement> statements = new ArrayList<>();
        while (next < segments.size()) {
            Segment segment = segments.get(next++);
            try {
                Statement statement = statement(segment, ends);
                if (statement == null) {
                    depth--;
                    return new Statements.Block(statements);
                }
                statements.add(new Statements.Located(segment.line(), statement));
            } catch (JinjaException e) {
                throw e.atLine(segment.line());
            }
        }
        if (!ends.isEmpty()) {
            throw new JinjaException("the template ends before " + ends.stream().sorted().toList());
        }
        depth--;
        return new Statements.Block(statements);
    }

    private @Nullable Statement statement(Segment segment, Set<String> ends) {
        return switch (segment.kind()) {
            case TEXT -> new Statements.Text(segment.text());
            case PRINT -> {
                TokenStream tokens = new TokenStream(segment.tokens());
                Expression expression = new ExpressionParser(tokens).tuple();
                tokens.expectEnd();
                yield new Statements.Print(expression);
            }
            case STATEMENT -> {
                TokenStream tokens = new TokenStream(segment.tokens());
                String name = tokens.name();
                if (ends.contains(name)) {
                    end = tokens;
                    ended = name;
                    yield null;
                }
                yield statement(name, tokens);
            }
        };
    }

    private Statement statement(String name, TokenStream tokens) {
        return switch (name) {
            case "if" -> condition(tokens);
            case "for" -> loop(tokens);
            case "set" -> set(tokens);
            case "macro" -> macro(tokens);
            case "call" -> call(tokens);
            case "filter" -> filter(tokens);
            case "with" -> with(tokens);
            case "generation" -> {
                tokens.expectEnd();
                yield block(Set.of("endgeneration"));
            }
            case "continue" -> new Statements.Jump(Statement.Flow.CONTINUE);
            case "break" -> new Statements.Jump(Statement.Flow.BREAK);
            default -> throw new JinjaException("no tag named '" + name + "'");
        };
    }

    private static Expression expression(TokenStream tokens) {
        Expression expression = new ExpressionParser(tokens).tuple();
        tokens.expectEnd();
        return expression;
    }

    private Statement condition(TokenStream tokens) {
        List<Expression> conditions = new ArrayList<>(List.of(expression(tokens)));
        List<Statements.Block> blocks = new ArrayList<>();
        blocks.add(block(Set.of("elif", "else", "endif")));
        while (ended.equals("elif")) {
            conditions.add(expression(end));
            blocks.add(block(Set.of("elif", "else", "endif")));
        }
        if (ended.equals("else")) {
            conditions.add(new Expressions.Constant(true));
            blocks.add(block(Set.of("endif")));
        }
        return new Statements.If(conditions, blocks);
    }

    private Statement loop(TokenStream tokens) {
        Target target = targets(tokens);
        tokens.expectName("in");
        ExpressionParser parser = new ExpressionParser(tokens);
        Expression sequence = parser.or();
        Expression condition = tokens.takeName("if") ? parser.expression() : null;
        tokens.expectEnd();
        Statements.Block body = block(Set.of("else", "endfor"));
        Statements.Block otherwise = ended.equals("else") ? block(Set.of("endfor")) : null;
        return new Statements.For(target, sequence, condition, body, otherwise);
    }

    private static Target targets(TokenStream tokens) {
        List<Target> targets = new ArrayList<>(List.of(target(tokens)));
        while (tokens.takeOperator(",")) {
            targets.add(target(tokens));
        }
        return targets.size() == 1 ? targets.get(0) : new Target.Unpacked(targets);
    }

    private static Target target(TokenStream tokens) {
        if (tokens.takeOperator("(")) {
            Target target = targets(tokens);
            tokens.expectOperator(")");
            return target;
        }
        String name = tokens.name();
        return tokens.takeOperator(".")
                ? new Target.Attribute(name, tokens.name())
                : new Target.Variable(name);
    }

    private Statement set(TokenStream tokens) {
        Target target = targets(tokens);
        if (tokens.takeOperator("=")) {
            return new Statements.Set(target, expression(tokens));
        }
        List<Expressions.Filtered> filters = filters(tokens);
        return new Statements.Set(
                target, new Statements.Captured(block(Set.of("endset")), filters));
    }

    private static List<Expressions.Filtered> filters(TokenStream tokens) {
        List<Expressions.Filtered> filters = new ArrayList<>();
        while (tokens.takeOperator("|")) {
            filters.add(new ExpressionParser(tokens).filter(new Expressions.Constant("")));
        }
        tokens.expectEnd();
        return filters;
    }

    private Statement filter(TokenStream tokens) {
        List<Expressions.Filtered> filters = new ArrayList<>();
        filters.add(new ExpressionParser(tokens).filter(new Expressions.Constant("")));
        filters.addAll(filters(tokens));
        return new Statements.Print(new Statements.Captured(block(Set.of("endfilter")), filters));
    }

    private Statement with(TokenStream tokens) {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.atEnd()) {
            targets.add(target(tokens));
            tokens.expectOperator("=");
            values.add(new ExpressionParser(tokens).expression());
            if (!tokens.atEnd()) {
                tokens.expectOperator(",");
            }
        }
        return new Statements.With(targets, values, block(Set.of("endwith")));
    }

    private Statement macro(TokenStream tokens) {
        String name = tokens.name();
        tokens.expectOperator("(");
        return new Statements.DefineMacro(name, definition(tokens, "endmacro"));
    }

    private Statement call(TokenStream tokens) {
        Map<String, Expression> defaults = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        if (tokens.takeOperator("(")) {
            parameters(tokens, names, defaults);
        }
        Expression expression = new ExpressionParser(tokens).expression();
        tokens.expectEnd();
        if (!(expression instanceof Expressions.Call call)) {
            throw new JinjaException("call of something that is no macro");
        }
        return new Statements.CallBlock(
                call, new Macro.Definition(names, defaults, block(Set.of("endcall"))));
    }

    private Macro.Definition definition(TokenStream tokens, String endName) {
        List<String> names = new ArrayList<>();
        Map<String, Expression> defaults = new LinkedHashMap<>();
        parameters(tokens, names, defaults);
        tokens.expectEnd();
        return new Macro.Definition(names, defaults, block(Set.of(endName)));
    }

    /** Parameters after an opening bracket. */
    private static void parameters(
            TokenStream tokens, List<String> names, Map<String, Expression> defaults) {
        while (!tokens.takeOperator(")")) {
            String name = tokens.name();
            names.add(name);
            if (tokens.takeOperator("=")) {
                defaults.put(name, new ExpressionParser(tokens).expression());
            }
            if (!tokens.peek().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
    }
}
