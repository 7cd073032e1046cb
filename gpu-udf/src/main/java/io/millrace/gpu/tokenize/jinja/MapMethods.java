package io.millrace.gpu.tokenize.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Methods of mappings that change nothing. */
final class MapMethods {

    private MapMethods() {}

    static @Nullable Callable of(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (context, arguments) -> items(map);
            case "keys" -> (context, arguments) -> new ArrayList<Object>(map.keySet());
            case "values" -> (context, arguments) -> new ArrayList<Object>(map.values());
            case "get" -> (context, arguments) -> get(map, arguments);
            default -> null;
        };
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) -> items.add(new Tuple(List.of(key, value))));
        return items;
    }

    private static Object get(Map<?, ?> map, Arguments arguments) {
        Object value = map.get(arguments.required(0, "key"));
        return value != null ? value : arguments.optional(1, "default").orElse(None.NONE);
    }
}
