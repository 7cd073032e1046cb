package io.millrace.job.local;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationResult;
import io.millrace.job.topology.Model;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An engine that is loaded before the job that uses it is submitted to a cluster in this process: a
 * model that cannot be loaded refuses to start instead of failing a job, and no request waits for
 * the loading. The first operator that asks gets it; any other, as after a restart, loads its own.
 *
 * <p>Belongs to whoever loaded it, who closes it when the job has ended. Safe for any thread.
 */
public final class WarmEngine implements AutoCloseable {

    private static final Map<String, WarmEngine> UNCLAIMED = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final Model model;
    private final Forwarder forwarder = new Forwarder();
    private final GenerationEngine engine;

    private WarmEngine(Model model) {
        this.model = model;
        this.engine = model.engines().start(forwarder);
    }

    /**
     * Loads the model's engine; blocks until it is ready.
     *
     * @throws IllegalStateException if it cannot be loaded, naming file and reason
     */
    public static WarmEngine load(Model model) {
        WarmEngine warm = new WarmEngine(model);
        UNCLAIMED.put(warm.id, warm);
        return warm;
    }

    /** The model, served by this engine first. */
    public Model model() {
        return new Model(
                model.name(),
                new Factory(id, model.engines()),
                model.encoders(),
                model.predictors(),
                model.sampling());
    }

    /** How the engine represents its weights, for reports. */
    public String precision() {
        return engine.precision();
    }

    /** Frees the engine if no operator took it; one that did frees it itself. */
    @Override
    public void close() {
        if (UNCLAIMED.remove(id) != null) {
            engine.close();
        }
    }

    private record Factory(String id, GenerationEngine.Factory others)
            implements GenerationEngine.Factory {
        @Override
        public GenerationEngine start(EngineListener listener) {
            WarmEngine warm = UNCLAIMED.remove(id);
            if (warm == null) {
                return others.start(listener);
            }
            warm.forwarder.forwardTo(listener);
            return warm.engine;
        }
    }

    /** Nothing but a failure can happen to an engine that nobody has given any work. */
    private static final class Forwarder implements EngineListener {
        private @Nullable EngineListener target;
        private @Nullable Throwable failure;

        synchronized void forwardTo(EngineListener listener) {
            target = listener;
            if (failure != null) {
                listener.onFailure(failure);
            }
        }

        @Override
        public void onResult(GenerationResult result) {
            EngineListener listener = current();
            if (listener != null) {
                listener.onResult(result);
            }
        }

        @Override
        public void onRoom() {
            EngineListener listener = current();
            if (listener != null) {
                listener.onRoom();
            }
        }

        @Override
        public synchronized void onFailure(Throwable cause) {
            failure = cause;
            if (target != null) {
                target.onFailure(cause);
            }
        }

        private synchronized @Nullable EngineListener current() {
            return target;
        }
    }
}
