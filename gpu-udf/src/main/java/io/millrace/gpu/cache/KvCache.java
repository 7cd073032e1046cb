package io.millrace.gpu.cache;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.CopyOnWrite;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.List;

/**
 * Keys and values of all sequences: per layer two tensors {@code [blocks, kv heads, block, head]},
 * zeroed, so that a padded slot never holds what multiplies to NaN. Beside them, where a drafter
 * reads it, what the model made of each token: {@code features [slots, width]}. Memory is touched
 * only when a block is first used. Used by the engine's thread.
 */
public final class KvCache implements AutoCloseable {

    private static final long FRESHLY_MAPPED_BYTES = 64L << 20;
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private final KvShape shape;
    private final Program decoder;
    private final PtNDManager manager;
    private final Values owned = new Values();
    private final IValue keys;
    private final IValue values;
    private final IValue features;

    /**
     * Allocates the pool on the manager's device.
     *
     * @param featureWidth values per token that drafters read; 0 for none
     */
    public KvCache(
            Program decoder, PtNDManager parent, KvShape shape, int blocks, int featureWidth) {
        this.shape = shape;
        this.decoder = decoder;
        this.manager = (PtNDManager) parent.newSubManager();
        this.keys = allocate(blocks);
        this.values = allocate(blocks);
        this.features = features((long) blocks * shape.blockTokens(), featureWidth);
    }

    /** The list of key tensors, one per layer, as programs take it. */
    public IValue keys() {
        return keys;
    }

    /** The list of value tensors, one per layer, as programs take it. */
    public IValue values() {
        return values;
    }

    /**
     * The features {@code [slots, width]} in the pool's type; {@code [0, 0]} if nobody reads any.
     */
    public IValue features() {
        return features;
    }

    /** Copies blocks before somebody writes into what others share. */
    public void copy(List<CopyOnWrite> copies) {
        if (copies.isEmpty()) {
            return;
        }
        try (NDManager step = manager.newSubManager();
                Values call = new Values()) {
            long[] sources = copies.stream().mapToLong(CopyOnWrite::source).toArray();
            long[] targets = copies.stream().mapToLong(CopyOnWrite::target).toArray();
            call.own(
                    decoder.run(
                            "copy_blocks",
                            keys,
                            values,
                            features,
                            call.own(IValue.from((PtNDArray) step.create(sources))),
                            call.own(IValue.from((PtNDArray) step.create(targets)))));
        }
    }

    /**
     * Moves single slots to where their tokens belong: {@code sources[i]} to {@code targets[i]}.
     */
    public void move(long[] sources, long[] targets) {
        if (sources.length == 0) {
            return;
        }
        try (NDManager step = manager.newSubManager();
                Values call = new Values()) {
            call.own(
                    decoder.run(
                            "move_slots",
                            keys,
                            values,
                            features,
                            call.own(IValue.from((PtNDArray) step.create(sources))),
                            call.own(IValue.from((PtNDArray) step.create(targets)))));
        }
    }

    @Override
    public void close() {
        owned.close();
        manager.close();
    }

    /**
     * Whether the system hands out so many bytes as fresh pages, which are zero: so large a block
     * always comes from a mapping of its own ({@code M_MMAP_THRESHOLD} is at most 32 MiB). Zeroing
     * them again would make the whole pool resident, however little of it is used.
     */
    private boolean isFreshlyMapped(long bytes) {
        return !manager.getDevice().isGpu() && LINUX && bytes >= FRESHLY_MAPPED_BYTES;
    }

    private IValue features(long slots, int width) {
        try (Values call = new Values()) {
            IValue like = call.own(IValue.from((PtNDArray) manager.create(0f)));
            IValue size = call.own(IValue.listFrom(width == 0 ? 0 : slots, (long) width));
            IValue type = call.own(IValue.from((long) shape.type().code()));
            boolean untouched = isFreshlyMapped(slots * width * shape.type().bytes());
            return owned.own(decoder.run(untouched ? "untouched" : "zeros", like, size, type));
        }
    }

    private IValue allocate(int blocks) {
        PtNDArray[] layers = new PtNDArray[shape.layers()];
        try (Values call = new Values()) {
            IValue like = call.own(IValue.from((PtNDArray) manager.create(0f)));
            IValue size =
                    call.own(
                            IValue.listFrom(
                                    (long) blocks,
                                    shape.kvHeads(),
                                    shape.blockTokens(),
                                    shape.headDim()));
            IValue type = call.own(IValue.from((long) shape.type().code()));
            long layerBytes = shape.bytesPerBlock() / (2L * shape.layers()) * blocks;
            String method = isFreshlyMapped(layerBytes) ? "untouched" : "zeros";
            for (int i = 0; i < layers.length; i++) {
                layers[i] = call.own(decoder.run(method, like, size, type)).toTensor(manager);
            }
        }
        return owned.own(IValue.listFrom(layers));
    }
}
