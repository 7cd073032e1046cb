package io.millrace.gpu.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
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

    /**
     * Blocks of the pool.
     *
     * @param perBlock bytes of all that is stored per block: the model's keys and values, features
     *     that drafters read, keys and values of drafters
     */
    static int blocks(EngineSettings settings, long perBlock, int contextLength, Device device) {
        int blockTokens = settings.blockTokens();
        if (settings.kvCacheBytes() > 0) {
            long blocks = settings.kvCacheBytes() / perBlock;
            if (blocks < 1) {
                throw new IllegalArgumentException(
                        "engine.kv-cache.memory: %d bytes (expected: at least %d, one block of %d tokens)"
                                .formatted(settings.kvCacheBytes(), perBlock, blockTokens));
            }
            return clamp(blocks, blockTokens);
        }
        long perSequence = (contextLength + blockTokens - 1L) / blockTokens;
        long wanted = perSequence * settings.maxSequences();
        return clamp(Math.min(wanted, Math.max(1, available(device) / perBlock)), blockTokens);
    }

    private static int clamp(long blocks, int blockTokens) {
        return (int) Math.min(blocks, Integer.MAX_VALUE / blockTokens);
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
