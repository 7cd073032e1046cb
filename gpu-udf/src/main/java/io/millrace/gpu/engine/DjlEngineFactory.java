package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationEngine;
import java.time.InstantSource;

/**
 * Starts a {@link DjlEngine} with the system's clock where the job runs.
 *
 * @param settings of the engine
 */
public record DjlEngineFactory(EngineSettings settings) implements GenerationEngine.Factory {

    @Override
    public GenerationEngine start(EngineListener listener) {
        return DjlEngine.start(settings, listener, InstantSource.system());
    }
}
