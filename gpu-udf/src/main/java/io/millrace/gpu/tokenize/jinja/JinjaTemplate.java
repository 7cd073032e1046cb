package io.millrace.gpu.tokenize.jinja;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A template, read once and rendered often. Immutable; many threads may render it at once. */
public final class JinjaTemplate {

    private final Statements.Block body;
    private final InstantSource clock;

    private JinjaTemplate(Statements.Block body, InstantSource clock) {
        this.body = body;
        this.clock = clock;
    }

    /**
     * Reads a template.
     *
     * @param clock for templates that write the date
     * @throws JinjaException for what is no Jinja or not of the supported part, naming the line
     */
    public static JinjaTemplate of(String source, InstantSource clock) {
        return new JinjaTemplate(TemplateParser.parse(source), clock);
    }

    /**
     * Renders it.
     *
     * @param variables strings, numbers, booleans, nulls, and lists and maps of these
     * @throws JinjaException if the template refuses the variables, fails on them, or uses more
     *     steps, text or depth than a rendering may
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        Map<String, Object> values = new HashMap<>(Globals.functions(clock));
        variables.forEach((name, value) -> values.put(name, Values.of(value)));
        StringBuilder output = new StringBuilder();
        try {
            body.render(Context.root(values), output);
        } catch (StackOverflowError e) {
            // A template can put values into each other without end; comparing or printing
            // recurses.
            throw new JinjaException("values nested too deep");
        }
        return output.toString();
    }
}
