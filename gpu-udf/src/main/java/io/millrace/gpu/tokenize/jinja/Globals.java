package io.millrace.gpu.tokenize.jinja;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that Jinja and Hugging Face give to templates. */
final class Globals {

    private static final int MAX_RANGE = 100_000;

    private Globals() {}

    static Map<String, Object> functions(InstantSource clock) {
        Map<String, Object> globals = new HashMap<>();
        globals.put("namespace", (Callable) (context, arguments) -> namespace(arguments));
        globals.put("dict", (Callable) (context, arguments) -> dict(arguments));
        globals.put("range", (Callable) Globals::range);
        globals.put(
                "raise_exception",
                (Callable)
                        (context, arguments) -> {
                            throw JinjaException.raised(arguments.text(0, "message"));
                        });
        globals.put(
                "strftime_now",
                (Callable)
                        (context, arguments) ->
                                TimeFormat.format(
                                        ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC),
                                        arguments.text(0, "format")));
        return globals;
    }

    private static Object namespace(Arguments arguments) {
        Namespace namespace = new Namespace();
        for (Object values : arguments.positional()) {
            if (values instanceof Map<?, ?> map) {
                map.forEach((key, value) -> namespace.attributes().put(Values.text(key), value));
            }
        }
        namespace.attributes().putAll(arguments.named());
        return namespace;
    }

    private static Object dict(Arguments arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Object values : arguments.positional()) {
            if (values instanceof Map<?, ?> other) {
                map.putAll(other);
            }
        }
        map.putAll(arguments.named());
        return map;
    }

    private static Object range(Context context, Arguments arguments) {
        boolean one = arguments.positional().size() == 1;
        long from = one ? 0 : arguments.integer(0, "start", 0);
        long to = arguments.integer(one ? 0 : 1, "stop", 0);
        long step = arguments.integer(2, "step", 1);
        if (step == 0) {
            throw new JinjaException("a range of step 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            context.budget().step();
            if (numbers.size() == MAX_RANGE) {
                throw new JinjaException("a range of more than " + MAX_RANGE + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }
}
