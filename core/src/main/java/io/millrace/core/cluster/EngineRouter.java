package io.millrace.core.cluster;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.QueuedRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses engines where nothing comes back from them: a {@link Router} that is shown, as an
 * engine's load, the last requests that were sent to it. Of so many requests as the engines work on
 * at a time that is what they have to do, if they are equally fast. One thread only; deterministic;
 * there is nothing to snapshot.
 */
public final class EngineRouter {

    /** Those that need no more of an engine than what was sent to it. */
    private static final List<String> POLICIES =
            List.of("least-load", "round-robin", "bounded-hash");

    private final Router router;
    private final List<Sent> engines = new ArrayList<>();
    private final int[] chosen;
    private final long[] tokens;
    private int next;

    /**
     * Routes to engines 0 to {@code engineCount - 1}.
     *
     * @param policy one of {@link #policies()}
     * @param window the last so many requests are an engine's load
     */
    public EngineRouter(String policy, int engineCount, int window) {
        check(POLICIES.contains(policy), "policy", policy, "one of " + String.join(", ", POLICIES));
        check(engineCount >= 1, "engineCount", engineCount, "at least 1");
        check(window >= 1, "window", window, "at least 1");
        router = Routers.named(policy);
        for (int i = 0; i < engineCount; i++) {
            engines.add(new Sent());
        }
        chosen = new int[window];
        tokens = new long[window];
    }

    /** Names of the policies. */
    public static List<String> policies() {
        return POLICIES;
    }

    /** The engine of a request. */
    public int route(QueuedRequest request) {
        if (tokens[next] > 0) {
            engines.get(chosen[next]).forget(tokens[next]);
            tokens[next] = 0;
        }
        int engine = router.route(request, engines);
        long load =
                Math.max(1, request.promptTokens().length + (long) request.predicted().median());
        engines.get(engine).add(load);
        chosen[next] = engine;
        tokens[next] = load;
        next = (next + 1) % tokens.length;
        return engine;
    }

    /** What was sent to an engine lately. */
    private static final class Sent implements EngineLoad {
        private long remaining;
        private int requests;

        void add(long load) {
            remaining += load;
            requests++;
        }

        void forget(long load) {
            remaining -= load;
            requests--;
        }

        @Override
        public long predictedRemaining() {
            return remaining;
        }

        @Override
        public int requests() {
            return requests;
        }

        @Override
        public int running() {
            throw unknown();
        }

        @Override
        public long usedTokens() {
            throw unknown();
        }

        @Override
        public long kvTokens() {
            throw unknown();
        }

        @Override
        public long headDemand() {
            throw unknown();
        }

        @Override
        public int cachedTokens(QueuedRequest request) {
            throw unknown();
        }

        // INVARIANT: none of the policies asks.
        private static UnsupportedOperationException unknown() {
            return new UnsupportedOperationException("known to the engine alone");
        }
    }
}
