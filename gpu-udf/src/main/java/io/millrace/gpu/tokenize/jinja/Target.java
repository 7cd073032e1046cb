package io.millrace.gpu.tokenize.jinja;

import java.util.List;

/** What a value is assigned to. Immutable. */
interface Target {

    void assign(Context context, Object value);

    /** A variable. */
    record Variable(String name) implements Target {
        @Override
        public void assign(Context context, Object value) {
            context.set(name, value);
        }
    }

    /** An attribute of a namespace, visible outside the scope that sets it. */
    record Attribute(String variable, String name) implements Target {
        @Override
        public void assign(Context context, Object value) {
            if (!(context.get(variable) instanceof Namespace namespace)) {
                throw new JinjaException("'" + variable + "' is no namespace");
            }
            namespace.attributes().put(name, value);
        }
    }

    /** Several targets, one per element of the value. */
    record Unpacked(List<Target> targets) implements Target {
        @Override
        public void assign(Context context, Object value) {
            List<Object> elements = Values.elements(value);
            if (elements.size() != targets.size()) {
                throw new JinjaException(
                        "%d values for %d variables".formatted(elements.size(), targets.size()));
            }
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(context, elements.get(i));
            }
        }
    }
}
