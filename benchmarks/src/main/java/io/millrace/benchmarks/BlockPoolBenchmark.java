package io.millrace.benchmarks;

import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.BlockTable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The book-keeping of KV blocks, 16 tokens each, in a pool of which half is in use. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockPoolBenchmark extends TimePerOperation {

    private static final int BLOCKS = 4_096;
    private static final int BLOCK_TOKENS = 16;

    @Param({"16", "512", "4096"})
    int tokens;

    private BlockPool pool;
    private BlockTable shared;

    @Setup(Level.Trial)
    public void fill() {
        pool = new BlockPool(BLOCKS, BLOCK_TOKENS);
        BlockTable others = pool.newTable();
        others.ensure(BLOCKS / 2 * BLOCK_TOKENS);
        shared = pool.newTable();
        shared.ensure(tokens);
    }

    /** Blocks for a whole prompt, and back. */
    @Benchmark
    public int allocateAndFree() {
        BlockTable table = pool.newTable();
        table.ensure(tokens);
        int blocks = table.blockCount();
        table.release();
        return blocks;
    }

    /** Grows token by token and asks for each one's slot, as an answer does. */
    @Benchmark
    public int growByToken() {
        BlockTable table = pool.newTable();
        int slots = 0;
        for (int length = 1; length <= tokens; length++) {
            table.ensure(length);
            slots += table.slot(length - 1);
        }
        table.release();
        return slots;
    }

    /** Shares a prefix and copies its last block on the first write. */
    @Benchmark
    public int forkAndWrite() {
        BlockTable copy = shared.fork();
        copy.writable(tokens - 1);
        int block = copy.block(copy.blockCount() - 1);
        copy.release();
        return block;
    }
}
