package io.millrace.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockPoolTest {

    private final BlockPool pool = new BlockPool(5, 4);

    @Test
    void startsWithEveryBlockFree() {
        assertThat(pool.size()).isEqualTo(5);
        assertThat(pool.free()).isEqualTo(5);
        assertThat(pool.used()).isZero();
        assertThat(pool.blockTokens()).isEqualTo(4);
        assertThat(pool.tokens()).isEqualTo(20);
    }

    @Test
    void roundsTokensUpToBlocks() {
        assertThat(pool.blocksFor(0)).isZero();
        assertThat(pool.blocksFor(1)).isEqualTo(1);
        assertThat(pool.blocksFor(4)).isEqualTo(1);
        assertThat(pool.blocksFor(5)).isEqualTo(2);
        assertThat(pool.blocksFor(Integer.MAX_VALUE)).isEqualTo(1 << 29);
    }

    @Test
    void growsATableToCoverTokens() {
        BlockTable table = pool.newTable();

        assertThat(table.ensure(5)).isTrue();
        assertThat(table.blockCount()).isEqualTo(2);
        assertThat(table.ensure(3)).as("never shrinks").isTrue();
        assertThat(table.blockCount()).isEqualTo(2);
        assertThat(table.missing(13)).isEqualTo(2);
        assertThat(pool.used()).isEqualTo(2);
    }

    @Test
    void changesNothingWhenThereAreTooFewBlocks() {
        BlockTable table = pool.newTable();
        table.ensure(8);

        assertThat(table.ensure(21)).isFalse();
        assertThat(table.blockCount()).isEqualTo(2);
        assertThat(pool.free()).isEqualTo(3);
    }

    @Test
    void mapsPositionsToSlots() {
        BlockTable table = pool.newTable();
        table.ensure(9);

        assertThat(table.slot(0)).isEqualTo(table.block(0) * 4);
        assertThat(table.slot(7)).isEqualTo(table.block(1) * 4 + 3);
        assertThat(table.slot(8)).isEqualTo(table.block(2) * 4);
        assertThatThrownBy(() -> table.slot(12))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("block index: 3 (expected: 0 to 2)");
    }

    @Test
    void sharesBlocksWithAFork() {
        BlockTable table = pool.newTable();
        table.ensure(8);
        BlockTable fork = table.fork();

        assertThat(fork.block(1)).isEqualTo(table.block(1));
        assertThat(pool.references(table.block(0))).isEqualTo(2);
        assertThat(pool.used()).isEqualTo(2);

        table.release();
        assertThat(pool.used()).isEqualTo(2);
        fork.release();
        assertThat(pool.used()).isZero();
    }

    @Test
    void copiesASharedBlockBeforeItIsWritten() {
        BlockTable table = pool.newTable();
        table.ensure(8);
        BlockTable fork = table.fork();
        int shared = table.block(1);

        CopyOnWrite copy = fork.writable(6).orElseThrow();

        assertThat(copy.source()).isEqualTo(shared);
        assertThat(copy.target()).isEqualTo(fork.block(1)).isNotEqualTo(shared);
        assertThat(table.block(1)).isEqualTo(shared);
        assertThat(fork.block(0)).isEqualTo(table.block(0));
        assertThat(table.writable(6)).as("now its own").isEmpty();
        assertThat(fork.writable(6)).isEmpty();
    }

    @Test
    void failsToCopyWhenNoBlockIsFree() {
        BlockTable table = pool.newTable();
        table.ensure(20);
        BlockTable fork = table.fork();

        assertThatThrownBy(() -> fork.writable(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the pool of 5 KV blocks is exhausted");
        assertThat(fork.block(0)).isEqualTo(table.block(0));
    }

    @Test
    void givesBackTheTail() {
        BlockTable table = pool.newTable();
        table.ensure(20);
        table.truncate(5);

        assertThat(table.blockCount()).isEqualTo(2);
        assertThat(pool.free()).isEqualTo(3);
        assertThat(pool.peakUsed()).isEqualTo(5);
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThatThrownBy(() -> new BlockPool(0, 4))
                .hasMessage("blocks: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new BlockPool(4, 0))
                .hasMessage("blockTokens: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new BlockPool(1 << 28, 16))
                .hasMessageContaining("blocks * blockTokens: 4294967296");
    }

    @Test
    void noticesADoubleRelease() {
        BlockTable table = pool.newTable();
        table.ensure(1);
        int block = table.block(0);
        table.release();

        assertThatThrownBy(() -> pool.release(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("KV block " + block + " is not in use");
    }
}
