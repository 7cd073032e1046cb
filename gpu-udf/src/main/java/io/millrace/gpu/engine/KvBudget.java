package io.millrace.gpu.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.millrace.gpu.cache.KvShape;
import java.lang.management.ManagementFactory;

/**
 * Chooses the size of the KV pool where none was asked for: enough for every sequence at the
 * model's full context, but no more than a quarter of the machine's memory, or on an accelerator
 * half of what is free. On a CPU only what is used becomes resident.
 */
final class KvBudget {

    private static final int CPU_SHARE = 4;
    private static final int ACCELERATOR_SHARE = 2;

    private KvBudget() {}

    /** Blocks of the pool. */
    static int blocks(EngineSettings settings, KvShape shape, int contextLength, Device device) {
        long perBlock = shape.bytesPerBlock();
        if (settings.kvCacheBytes() > 0) {
            long blocks = settings.kvCacheBytes() / perBlock;
            if (blocks < 1) {
                throw new IllegalArgumentException(
                        "engine.kv-cache.memory: %d bytes (expected: at least %d, one block of %d tokens)"
                                .formatted(settings.kvCacheBytes(), perBlock, shape.blockTokens()));
            }
            return clamp(blocks, shape);
        }
        long perSequence = (contextLength + shape.blockTokens() - 1L) / shape.blockTokens();
        long wanted = perSequence * settings.maxSequences();
        return clamp(Math.min(wanted, Math.max(1, available(device) / perBlock)), shape);
    }

    private static int clamp(long blocks, KvShape shape) {
        return (int) Math.min(blocks, Integer.MAX_VALUE / shape.blockTokens());
    }

    private static long available(Device device) {
        if (device.isGpu()) {
            return (CudaUtils.getGpuMemory(device).getMax()
                            - CudaUtils.getGpuMemory(device).getCommitted())
                    / ACCELERATOR_SHARE;
        }
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return system.getTotalMemorySize() / CPU_SHARE;
    }
}
