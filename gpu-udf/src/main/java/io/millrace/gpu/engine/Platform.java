package io.millrace.gpu.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.millrace.gpu.program.CpuFeatures;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.WeightFormat;

/**
 * What an engine computes on, and how. Immutable.
 *
 * @param format of weights and products
 */
public record Platform(Device device, WeightFormat format) {

    /**
     * What settings choose on this machine.
     *
     * @throws IllegalArgumentException if this machine has not what they name
     */
    public static Platform of(EngineSettings settings) {
        Device device = device(settings.device());
        WeightFormat format =
                settings.chosenDtype()
                        .orElseGet(
                                () -> WeightFormat.fastest(device.isGpu(), CpuFeatures.detected()));
        if (format == WeightFormat.INT8 && device.isGpu()) {
            throw new IllegalArgumentException(
                    "engine.dtype: int8 (expected: bf16 or fp32 on " + device + ")");
        }
        return new Platform(device, format);
    }

    /**
     * To be called once by every thread that computes, before anything else.
     *
     * @param threads libtorch's threads per operation; 0 for one per core
     */
    public static void prepareThread(int threads) {
        NativeTuning.apply();
        Program.prepareThread();
        if (threads > 0) {
            // OpenMP keeps the number per calling thread.
            JniUtils.setNumThreads(threads);
        }
    }

    /** Threads of an engine on the CPU at the most. */
    static int threads(EngineSettings settings) {
        return settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
    }

    private static Device device(String name) {
        int accelerators = Engine.getEngine("PyTorch").getGpuCount();
        if (name.equals("cpu") || (name.equals("auto") && accelerators == 0)) {
            return Device.cpu();
        }
        int index = name.startsWith("cuda:") ? Integer.parseInt(name.substring(5)) : 0;
        if (index >= accelerators) {
            throw new IllegalArgumentException(
                    "engine.device: %s (expected: one of the %d CUDA devices that PyTorch sees here, or cpu)"
                            .formatted(name, accelerators));
        }
        return Device.gpu(index);
    }
}
