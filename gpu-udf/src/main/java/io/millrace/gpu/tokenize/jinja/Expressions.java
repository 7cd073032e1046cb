package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of expressions. */
final class Expressions {

    private Expressions() {}

    record Constant(Object value) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return value;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return context.get(name);
        }
    }

    record ListOf(List<Expression> elements, boolean tuple) implements Expression {
        @Override
        public Object evaluate(Context context) {
            List<Object> values = new ArrayList<>(elements.size());
            for (Expression element : elements) {
                values.add(element.evaluate(context));
            }
            return tuple ? new Tuple(values) : values;
        }
    }

    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Context context) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(keys.get(i).evaluate(context), values.get(i).evaluate(context));
            }
            return map;
        }
    }

    record Attribute(Expression owner, String name) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Members.attribute(owner.evaluate(context), name);
        }
    }

    record Item(Expression owner, Expression key) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Members.item(owner.evaluate(context), key.evaluate(context));
        }
    }

    record Slice(
            Expression owner,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step)
            implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Members.slice(
                    owner.evaluate(context),
                    bound(from, context),
                    bound(to, context),
                    bound(step, context),
                    context.budget());
        }

        private static @Nullable Long bound(@Nullable Expression bound, Context context) {
            Object value = bound == null ? None.NONE : bound.evaluate(context);
            return value instanceof None ? null : Values.integer(value);
        }
    }

    /** What stands in the brackets of a call, a filter or a test. */
    record Inputs(List<Expression> positional, Map<String, Expression> named) {
        static final Inputs NONE = new Inputs(List.of(), Map.of());

        Arguments evaluate(Context context) {
            if (positional.isEmpty() && named.isEmpty()) {
                return Arguments.NONE;
            }
            List<Object> values = new ArrayList<>(positional.size());
            for (Expression expression : positional) {
                if (expression instanceof Unpacked unpacked) {
                    values.addAll(Values.elements(unpacked.evaluate(context)));
                } else {
                    values.add(expression.evaluate(context));
                }
            }
            Map<String, Object> keywords = new LinkedHashMap<>();
            named.forEach((name, value) -> keywords.put(name, value.evaluate(context)));
            return new Arguments(values, keywords);
        }
    }

    /** {@code *sequence} among arguments: each element is one. */
    record Unpacked(Expression sequence) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return sequence.evaluate(context);
        }
    }

    record Call(Expression function, Inputs inputs) implements Expression {
        @Override
        public Object evaluate(Context context) {
            context.budget().step();
            Object callee = function.evaluate(context);
            if (!(callee instanceof Callable callable)) {
                throw new JinjaException(Values.typeName(callee) + " cannot be called");
            }
            return callable.call(context, inputs.evaluate(context));
        }
    }

    record Filtered(Expression value, String filter, Inputs inputs) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Filters.apply(
                    filter, value.evaluate(context), inputs.evaluate(context), context.budget());
        }
    }

    record Tested(Expression value, String test, Inputs inputs) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Tests.holds(
                    test, value.evaluate(context), inputs.evaluate(context), context.budget());
        }
    }

    record Negative(Expression value) implements Expression {
        @Override
        public Object evaluate(Context context) {
            Object number = value.evaluate(context);
            return number instanceof Double decimal
                    ? -decimal
                    : Operators.apply("-", 0L, number, context.budget());
        }
    }

    record Not(Expression value) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return !Values.isTrue(value.evaluate(context));
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Context context) {
            Object value = left.evaluate(context);
            return Values.isTrue(value) ? right.evaluate(context) : value;
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Context context) {
            Object value = left.evaluate(context);
            return Values.isTrue(value) ? value : right.evaluate(context);
        }
    }

    record Binary(String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Context context) {
            return Operators.apply(
                    operator, left.evaluate(context), right.evaluate(context), context.budget());
        }
    }

    /** {@code a < b <= c}: each neighbours' comparison must hold. */
    record Comparison(Expression first, List<String> operators, List<Expression> others)
            implements Expression {
        @Override
        public Object evaluate(Context context) {
            Object left = first.evaluate(context);
            for (int i = 0; i < operators.size(); i++) {
                Object right = others.get(i).evaluate(context);
                if (!Operators.compare(operators.get(i), left, right, context.budget())) {
                    return false;
                }
                left = right;
            }
            return true;
        }
    }

    record Concatenation(List<Expression> parts) implements Expression {
        @Override
        public Object evaluate(Context context) {
            StringBuilder text = new StringBuilder();
            for (Expression part : parts) {
                String value = Values.text(part.evaluate(context));
                context.budget().text((long) text.length() + value.length());
                text.append(value);
            }
            return text.toString();
        }
    }

    record Conditional(Expression condition, Expression then, @Nullable Expression otherwise)
            implements Expression {
        @Override
        public Object evaluate(Context context) {
            if (Values.isTrue(condition.evaluate(context))) {
                return then.evaluate(context);
            }
            return otherwise == null
                    ? new Undefined("the inline if-expression has no else")
                    : otherwise.evaluate(context);
        }
    }
}
