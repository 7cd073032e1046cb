package io.millrace.gpu.tokenize.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values that a call is given. Immutable. */
record Arguments(List<Object> positional, Map<String, Object> named) {

    static final Arguments NONE = new Arguments(List.of(), Map.of());

    int count() {
        return positional.size() + named.size();
    }

    Optional<Object> optional(int index, String name) {
        return index < positional.size()
                ? Optional.of(positional.get(index))
                : Optional.ofNullable(named.get(name));
    }

    Object required(int index, String name) {
        return optional(index, name)
                .orElseThrow(() -> new JinjaException("missing argument '" + name + "'"));
    }

    String text(int index, String name) {
        return Values.text(required(index, name));
    }

    long integer(int index, String name, long absent) {
        return optional(index, name).map(Values::integer).orElse(absent);
    }

    boolean flag(int index, String name) {
        return optional(index, name).map(Values::isTrue).orElse(false);
    }

    /** The same without the first. */
    Arguments rest() {
        return new Arguments(positional.subList(1, positional.size()), named);
    }
}
