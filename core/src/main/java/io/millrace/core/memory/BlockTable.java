package io.millrace.core.memory;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where the tokens of one sequence lie in the KV cache: token {@code p} is in block {@code p /
 * blockTokens} of the table. Tables may share blocks; whoever writes into a shared one takes a copy
 * first.
 *
 * <p>One thread only, the pool's. A released table is empty and may grow again.
 */
public final class BlockTable {

    private final BlockPool pool;
    private int[] blocks = new int[4];
    private int count;

    BlockTable(BlockPool pool) {
        this.pool = pool;
    }

    /**
     * Grows to cover so many tokens; never shrinks.
     *
     * @return false if the pool has too few free blocks, and then nothing has changed
     */
    public boolean ensure(int tokens) {
        int missing = missing(tokens);
        if (missing > pool.free()) {
            return false;
        }
        if (count + missing > blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(count + missing, 2 * blocks.length));
        }
        for (int i = 0; i < missing; i++) {
            blocks[count++] = pool.allocate();
        }
        return true;
    }

    /** Blocks that {@link #ensure} would take from the pool. */
    public int missing(int tokens) {
        return Math.max(0, pool.blocksFor(tokens) - count);
    }

    /** How many blocks it has. */
    public int blockCount() {
        return count;
    }

    /** The block with that place in the table. */
    public int block(int index) {
        checkIndex(index);
        return blocks[index];
    }

    /** The slot of a token, see {@link BlockPool}. */
    public int slot(int position) {
        int blockTokens = pool.blockTokens();
        return block(position / blockTokens) * blockTokens + position % blockTokens;
    }

    /** A second table over the same blocks. */
    public BlockTable fork() {
        BlockTable copy = new BlockTable(pool);
        copy.blocks = Arrays.copyOf(blocks, Math.max(4, count));
        copy.count = count;
        for (int i = 0; i < count; i++) {
            pool.retain(blocks[i]);
        }
        return copy;
    }

    /**
     * Makes the block of a position this table's own before something is written there.
     *
     * @return what to copy first; empty if the block was not shared
     * @throws IllegalStateException if the block is shared and the pool has no free one
     */
    public Optional<CopyOnWrite> writable(int position) {
        int index = position / pool.blockTokens();
        int source = block(index);
        if (pool.references(source) == 1) {
            return Optional.empty();
        }
        int target = pool.allocate();
        pool.release(source);
        blocks[index] = target;
        return Optional.of(new CopyOnWrite(source, target));
    }

    /** Gives back the blocks behind those that so many tokens need. */
    public void truncate(int tokens) {
        int keep = pool.blocksFor(tokens);
        while (count > keep) {
            pool.release(blocks[--count]);
        }
    }

    /** Gives back every block. */
    public void release() {
        truncate(0);
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException(
                    "block index: %d (expected: 0 to %d)".formatted(index, count - 1));
        }
    }
}
