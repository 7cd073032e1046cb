package io.millrace.gpu.tokenize.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jinja's tests: what may stand behind {@code is}. Stateless. */
final class Tests {

    static final Set<String> NAMES =
            Set.of(
                    "defined",
                    "undefined",
                    "none",
                    "string",
                    "mapping",
                    "sequence",
                    "iterable",
                    "number",
                    "integer",
                    "float",
                    "boolean",
                    "true",
                    "false",
                    "callable",
                    "odd",
                    "even",
                    "divisibleby",
                    "upper",
                    "lower",
                    "sameas",
                    "eq",
                    "equalto",
                    "ne",
                    "lt",
                    "lessthan",
                    "le",
                    "gt",
                    "greaterthan",
                    "ge",
                    "in");

    private Tests() {}

    static boolean holds(String name, Object value, Arguments arguments, Budget budget) {
        budget.step();
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value instanceof None;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map<?, ?>;
            case "sequence" ->
                    value instanceof List<?>
                            || value instanceof String
                            || value instanceof Map<?, ?>
                            || value instanceof Undefined;
            case "iterable" ->
                    value instanceof List<?>
                            || value instanceof String
                            || value instanceof Map<?, ?>
                            || value instanceof Undefined;
            case "number" -> Operators.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "callable" -> value instanceof Callable;
            case "odd" -> Math.floorMod(Values.integer(value), 2L) == 1;
            case "even" -> Math.floorMod(Values.integer(value), 2L) == 0;
            case "divisibleby" ->
                    Operators.number(
                                    Operators.apply(
                                            "%", value, arguments.required(0, "num"), budget))
                            == 0;
            case "upper" -> Values.text(value).equals(cased("upper", value, budget));
            case "lower" -> Values.text(value).equals(cased("lower", value, budget));
            case "sameas" -> value == arguments.required(0, "other");
            default -> Operators.compare(operator(name), value, arguments.required(0, "b"), budget);
        };
    }

    private static String cased(String name, Object value, Budget budget) {
        return StringMethods.cased(name, Values.text(value), budget);
    }

    /** The tests that are comparisons. */
    private static String operator(String name) {
        return switch (name) {
            case "eq", "equalto", "==" -> "==";
            case "ne", "!=" -> "!=";
            case "lt", "lessthan", "<" -> "<";
            case "le", "<=" -> "<=";
            case "gt", "greaterthan", ">" -> ">";
            case "ge", ">=" -> ">=";
            case "in" -> "in";
            default -> throw new JinjaException("no test named '" + name + "'");
        };
    }
}
