package io.millrace.gpu.tokenize.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that an expression sees, innermost first, and what is left to use. */
final class Context {

    private final @Nullable Context parent;
    private final Map<String, Object> variables = new HashMap<>();
    private final Budget budget;

    private Context(@Nullable Context parent, Budget budget) {
        this.parent = parent;
        this.budget = budget;
    }

    static Context root(Map<String, Object> globals) {
        Context context = new Context(null, new Budget());
        context.variables.putAll(globals);
        return context;
    }

    /** A scope inside this one: what is set there is gone after it. */
    Context child() {
        return new Context(this, budget);
    }

    Budget budget() {
        return budget;
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    Object get(String name) {
        for (Context scope = this; scope != null; scope = scope.parent) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Undefined("'" + name + "' is undefined");
    }
}
