package io.millrace.gpu.engine;

import ai.djl.Device;
import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationEngine;
import java.time.InstantSource;

/**
 * Starts a {@link DjlEngine} with the system's clock where the job runs.
 *
 * @param settings of the engine
 */
public record DjlEngineFactory(EngineSettings settings) implements GenerationEngine.Factory {

    /** Where an engine that starts on this machine computes: {@code cpu} or {@code cuda:N}. */
    public String device() {
        Device device = Platform.of(settings).device();
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    @Override
    public GenerationEngine start(EngineListener listener) {
        return DjlEngine.start(settings, listener, InstantSource.system());
    }
}
