package io.millrace.core.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The routers that options can name. */
public final class Routers {

    private static final double BOUND = 1.25;
    private static final double QUANTUM = 50_000;

    private static final Map<String, Supplier<Router>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("least-load", LeastPredictedLoad::new);
        ALL.put("round-robin", RoundRobin::new);
        ALL.put("bounded-hash", () -> new BoundedLoadHashing(BOUND));
        ALL.put("prefix-deficits", () -> new PrefixDeficits(QUANTUM));
        ALL.put("freeness", Freeness::new);
    }

    private Routers() {}

    /**
     * A fresh router of that name.
     *
     * @throws IllegalArgumentException if there is none, listing those that there are
     */
    public static Router named(String name) {
        Supplier<Router> make = ALL.get(name);
        if (make == null) {
            throw new IllegalArgumentException(
                    "router: %s (expected: one of %s)".formatted(name, String.join(", ", names())));
        }
        return make.get();
    }

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }
}
