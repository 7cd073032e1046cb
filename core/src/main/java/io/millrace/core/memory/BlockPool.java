package io.millrace.core.memory;

import static io.millrace.core.internal.Arguments.check;

/**
 * Counts who uses which block of the KV cache. It holds no tensors: a block is a number in [0,
 * size), and its slots are {@code block * blockTokens} and the {@code blockTokens - 1} after it.
 *
 * <p>One thread only. The lowest free block is not preferred: the block freed last is handed out
 * first, because its memory is the likeliest to be in a processor cache.
 */
public final class BlockPool {

    private final int blockTokens;
    private final int[] references;
    private final int[] freeBlocks;
    private int free;
    private int peakUsed;

    /**
     * A pool with every block free.
     *
     * @throws IllegalArgumentException if a size is not positive or there would be more slots than
     *     an int can number
     */
    public BlockPool(int blocks, int blockTokens) {
        check(blocks >= 1, "blocks", blocks, "at least 1");
        check(blockTokens >= 1, "blockTokens", blockTokens, "at least 1");
        check(
                (long) blocks * blockTokens <= Integer.MAX_VALUE,
                "blocks * blockTokens",
                (long) blocks * blockTokens,
                "at most " + Integer.MAX_VALUE);
        this.blockTokens = blockTokens;
        this.references = new int[blocks];
        this.freeBlocks = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            freeBlocks[i] = blocks - 1 - i;
        }
        this.free = blocks;
    }

    /** An empty table that takes its blocks from here. */
    public BlockTable newTable() {
        return new BlockTable(this);
    }

    /** Blocks that nobody uses. */
    public int free() {
        return free;
    }

    /** Blocks that at least one table uses. */
    public int used() {
        return references.length - free;
    }

    /** The most blocks ever used at once. */
    public int peakUsed() {
        return peakUsed;
    }

    /** All blocks. */
    public int size() {
        return references.length;
    }

    /** Tokens per block. */
    public int blockTokens() {
        return blockTokens;
    }

    /** Tokens that the whole pool holds. */
    public int tokens() {
        return references.length * blockTokens;
    }

    /** Blocks that so many tokens of one sequence need. */
    public int blocksFor(int tokens) {
        return (int) (((long) tokens + blockTokens - 1) / blockTokens);
    }

    /** How many tables use a block; 0 if it is free. */
    public int references(int block) {
        return references[block];
    }

    /** Takes a free block. The caller has checked {@link #free()}. */
    int allocate() {
        if (free == 0) {
            throw new IllegalStateException("the pool of " + size() + " KV blocks is exhausted");
        }
        int block = freeBlocks[--free];
        references[block] = 1;
        peakUsed = Math.max(peakUsed, used());
        return block;
    }

    /** Adds a user to a block that is in use. */
    void retain(int block) {
        checkInUse(block);
        references[block]++;
    }

    /** Drops a user; the last one frees the block. */
    void release(int block) {
        checkInUse(block);
        if (--references[block] == 0) {
            freeBlocks[free++] = block;
        }
    }

    private void checkInUse(int block) {
        if (references[block] == 0) {
            throw new IllegalStateException("KV block " + block + " is not in use");
        }
    }
}
