package io.millrace.gpu.tokenize.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A macro as a value: its body and the scope that it was defined in.
 *
 * @param caller what {@code caller()} writes; null outside call blocks
 */
record Macro(Definition definition, Context scope, @Nullable Macro caller) implements Callable {

    /**
     * What the template says.
     *
     * @param defaults by parameter, of those that have one
     */
    record Definition(
            List<String> parameters, Map<String, Expression> defaults, Statements.Block body) {}

    @Override
    public Object call(Context context, Arguments arguments) {
        context.budget().enter();
        Context inner = scope.child();
        List<String> parameters = definition.parameters();
        if (arguments.positional().size() > parameters.size()) {
            throw new JinjaException("a macro of %d arguments".formatted(parameters.size()));
        }
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i);
            Optional<Object> given = arguments.optional(i, name);
            Expression absent = definition.defaults().get(name);
            Object value =
                    given.isPresent()
                            ? given.get()
                            : absent != null
                                    ? absent.evaluate(inner)
                                    : new Undefined("'" + name + "' was not given");
            inner.set(name, value);
        }
        if (caller != null) {
            inner.set("caller", caller);
        }
        String text = definition.body().text(inner);
        context.budget().leave();
        return text;
    }

    @Override
    public String toString() {
        return "<macro>";
    }
}
