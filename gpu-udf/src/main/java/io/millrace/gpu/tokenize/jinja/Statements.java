package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of statements. */
final class Statements {

    private Statements() {}

    /** Statements in a row, in the scope that they stand in. */
    record Block(List<Statement> statements) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            for (Statement statement : statements) {
                Flow flow = statement.render(context, output);
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        }

        String text(Context context) {
            StringBuilder text = new StringBuilder();
            render(context, text);
            return text.toString();
        }
    }

    /** Adds the line to what goes wrong in a statement. */
    record Located(int line, Statement statement) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            try {
                context.budget().step();
                return statement.render(context, output);
            } catch (JinjaException e) {
                throw e.atLine(line);
            }
        }
    }

    record Text(String text) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            append(text, context, output);
            return Flow.NEXT;
        }
    }

    record Print(Expression expression) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            append(Values.text(expression.evaluate(context)), context, output);
            return Flow.NEXT;
        }
    }

    private static void append(String text, Context context, StringBuilder output) {
        context.budget().text(text.length());
        context.budget().bound((long) output.length() + text.length());
        output.append(text);
    }

    /** {@code if} with its {@code elif}s; an else has the condition true. */
    record If(List<Expression> conditions, List<Block> blocks) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            for (int i = 0; i < conditions.size(); i++) {
                if (Values.isTrue(conditions.get(i).evaluate(context))) {
                    return blocks.get(i).render(context, output);
                }
            }
            return Flow.NEXT;
        }
    }

    record For(
            Target target,
            Expression sequence,
            @Nullable Expression condition,
            Block body,
            @Nullable Block otherwise)
            implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            List<Object> elements = elements(context);
            int depth = context.get("loop") instanceof Loop outer ? outer.depth() + 1 : 0;
            for (int i = 0; i < elements.size(); i++) {
                context.budget().step();
                Context turn = context.child();
                target.assign(turn, elements.get(i));
                turn.set("loop", new Loop(elements, i, depth));
                if (body.render(turn, output) == Flow.BREAK) {
                    break;
                }
            }
            if (elements.isEmpty() && otherwise != null) {
                return otherwise.render(context.child(), output);
            }
            return Flow.NEXT;
        }

        private List<Object> elements(Context context) {
            List<Object> all = Values.elements(sequence.evaluate(context));
            context.budget().steps(all.size());
            if (condition == null) {
                return all;
            }
            List<Object> chosen = new ArrayList<>();
            for (Object element : all) {
                Context turn = context.child();
                target.assign(turn, element);
                if (Values.isTrue(condition.evaluate(turn))) {
                    chosen.add(element);
                }
            }
            return chosen;
        }
    }

    record Jump(Flow flow) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            return flow;
        }
    }

    record Set(Target target, Expression value) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            target.assign(context, value.evaluate(context));
            return Flow.NEXT;
        }
    }

    /** What a block writes, through filters. */
    record Captured(Block block, List<Expressions.Filtered> filters) implements Expression {
        @Override
        public Object evaluate(Context context) {
            Object value = block.text(context.child());
            for (Expressions.Filtered filter : filters) {
                value =
                        Filters.apply(
                                filter.filter(),
                                value,
                                filter.inputs().evaluate(context),
                                context.budget());
            }
            return value;
        }
    }

    /** {@code with a = 1}: variables of a block only. */
    record With(List<Target> targets, List<Expression> values, Block block) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            Context inner = context.child();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, values.get(i).evaluate(context));
            }
            return block.render(inner, output);
        }
    }

    record DefineMacro(String name, Macro.Definition definition) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            context.set(name, new Macro(definition, context, null));
            return Flow.NEXT;
        }
    }

    /** {@code call m()}: calls a macro that may ask for the block by {@code caller()}. */
    record CallBlock(Expressions.Call call, Macro.Definition caller) implements Statement {
        @Override
        public Flow render(Context context, StringBuilder output) {
            Object callee = call.function().evaluate(context);
            if (!(callee instanceof Macro macro)) {
                throw new JinjaException(Values.typeName(callee) + " is no macro");
            }
            Macro block = new Macro(caller, context, null);
            Object text =
                    new Macro(macro.definition(), macro.scope(), block)
                            .call(context, call.inputs().evaluate(context));
            append(Values.text(text), context, output);
            return Flow.NEXT;
        }
    }
}
