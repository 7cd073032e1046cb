package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Python's operators. Stateless. */
final class Operators {

    private Operators() {}

    static Object apply(String operator, Object left, Object right, Budget budget) {
        budget.step();
        return switch (operator) {
            case "+" -> add(left, right, budget);
            case "*" -> multiply(left, right, budget);
            case "-", "/", "//", "%", "**" ->
                    operator.equals("%") && left instanceof String format
                            ? Formats.percent(format, right, budget)
                            : arithmetic(operator, left, right);
            default -> throw new JinjaException("unknown operator '" + operator + "'");
        };
    }

    private static Object add(Object left, Object right, Budget budget) {
        if (left instanceof String a && right instanceof String b) {
            budget.text((long) a.length() + b.length());
            return a.concat(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            budget.steps(a.size() + b.size());
            List<Object> sum = new ArrayList<>(a);
            sum.addAll(b);
            return left instanceof Tuple ? new Tuple(sum) : sum;
        }
        return arithmetic("+", left, right);
    }

    private static Object multiply(Object left, Object right, Budget budget) {
        if (left instanceof String text && right instanceof Long times) {
            int count = (int) Math.max(0, Math.min(times, Budget.MAX_TEXT + 1L));
            budget.text((long) text.length() * count);
            return text.repeat(count);
        }
        return left instanceof Long && right instanceof String
                ? multiply(right, left, budget)
                : arithmetic("*", left, right);
    }

    private static Object arithmetic(String operator, Object left, Object right) {
        if (!isNumber(left) || !isNumber(right)) {
            throw new JinjaException(
                    "'%s' between %s and %s"
                            .formatted(operator, Values.typeName(left), Values.typeName(right)));
        }
        try {
            return left instanceof Double || right instanceof Double || operator.equals("/")
                    ? decimal(operator, number(left), number(right))
                    : integer(operator, Values.integer(left), Values.integer(right));
        } catch (ArithmeticException e) {
            throw new JinjaException("'" + operator + "': " + e.getMessage());
        }
    }

    private static Object integer(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> right < 0 ? Math.pow((double) left, (double) right) : power(left, right);
        };
    }

    private static Object power(long base, long exponent) {
        double power = Math.pow((double) base, (double) exponent);
        if (Math.abs(power) > 1L << 53) {
            throw new ArithmeticException("too large");
        }
        return (long) power;
    }

    private static Object decimal(String operator, double left, double right) {
        if (right == 0 && "//%".contains(operator)) {
            throw new ArithmeticException("/ by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            default -> Math.pow(left, right);
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(Object value) {
        return value instanceof Double number ? number : Values.integer(value);
    }

    static boolean compare(String operator, Object left, Object right, Budget budget) {
        budget.step();
        return switch (operator) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "in" -> contains(right, left, budget);
            case "not in" -> !contains(right, left, budget);
            case "<" -> order(left, right) < 0;
            case "<=" -> order(left, right) <= 0;
            case ">" -> order(left, right) > 0;
            default -> order(left, right) >= 0;
        };
    }

    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return number(left) == number(right);
        }
        if (left instanceof Undefined || right instanceof Undefined) {
            return left instanceof Undefined && right instanceof Undefined;
        }
        return Objects.equals(left, right);
    }

    /** Negative, zero or positive as the first is smaller, equal or larger. */
    static int order(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return Double.compare(number(left), number(right));
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return order(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw new JinjaException(
                "no order between %s and %s"
                        .formatted(Values.typeName(left), Values.typeName(right)));
    }

    static boolean contains(Object container, Object element, Budget budget) {
        if (container instanceof String text) {
            if (!(element instanceof String part)) {
                throw new JinjaException(Values.typeName(element) + " in a string");
            }
            budget.text(text.length());
            return text.contains(part);
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(element);
        }
        List<Object> elements = Values.elements(container);
        budget.steps(elements.size());
        return elements.stream().anyMatch(other -> equal(other, element));
    }
}
