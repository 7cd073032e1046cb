package io.millrace.core.schedule;

import io.millrace.core.memory.BlockPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sequences that have blocks: those that run, and those that a policy has paused, which keep
 * theirs until somebody who runs needs them.
 */
final class Residents {

    // Who loses its blocks first: the least urgent, of those the latest arrival.
    private static final Comparator<Sequence> PREEMPTION =
            Comparator.<Sequence>comparingInt(sequence -> sequence.service().priority())
                    .thenComparing(Comparator.comparingLong(Sequence::arrivalMs).reversed());

    private final BlockPool pool;
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> runningView = Collections.unmodifiableList(running);
    private final Set<Sequence> paused = new LinkedHashSet<>();
    private long evictions;
    private long pauses;

    Residents(BlockPool pool) {
        this.pool = pool;
    }

    /** Those that run, in the order in which they started; a view. */
    List<Sequence> running() {
        return runningView;
    }

    /** Sequences that lost their blocks. */
    long evictions() {
        return evictions;
    }

    long pauses() {
        return pauses;
    }

    /** Whether a sequence that does not run could get all its blocks. */
    boolean hasBlocksFor(Sequence next) {
        int spare = pool.free();
        int missing = next.blocks().missing(next.length());
        if (missing > spare) {
            for (Sequence other : paused) {
                spare += other == next ? 0 : other.blocks().blockCount();
            }
        }
        return missing <= spare;
    }

    /** Lets one run that {@link #hasBlocksFor}. */
    void start(Sequence next) {
        paused.remove(next);
        freeUp(next.blocks().missing(next.length()));
        running.add(next);
        allocate(next);
    }

    void pause(Sequence sequence) {
        running.remove(sequence);
        paused.add(sequence);
        pauses++;
    }

    /** Forgets one, if it is here, and frees its blocks. */
    void remove(Sequence sequence) {
        if (!paused.remove(sequence)) {
            running.remove(sequence);
        }
        sequence.blocks().release();
    }

    // INVARIANT: a running sequence has blocks for its tokens, all but the one sampled last.
    void allocate(Sequence sequence) {
        if (!sequence.blocks().ensure(sequence.length())) {
            throw new IllegalStateException("no KV blocks for " + sequence);
        }
    }

    /** Takes blocks away until all that still run can grow; returns who runs no longer. */
    List<Sequence> preemptUntilAnswersCanGrow() {
        List<Sequence> preempted = new ArrayList<>();
        while (!freeUp(missingBlocks())) {
            Sequence victim = last(running);
            running.remove(victim);
            evict(victim);
            preempted.add(victim);
        }
        return preempted;
    }

    private int missingBlocks() {
        int missing = 0;
        for (Sequence sequence : running) {
            missing += sequence.blocks().missing(sequence.length());
        }
        return missing;
    }

    /** Takes blocks from paused sequences until so many are free; false if that is not enough. */
    private boolean freeUp(int blocks) {
        while (blocks > pool.free() && !paused.isEmpty()) {
            Sequence victim = last(paused);
            paused.remove(victim);
            evict(victim);
        }
        return blocks <= pool.free();
    }

    private void evict(Sequence victim) {
        victim.preempt();
        evictions++;
    }

    // Of equals the one that came here last.
    private static Sequence last(Iterable<Sequence> sequences) {
        @Nullable Sequence last = null;
        for (Sequence sequence : sequences) {
            last = last == null || PREEMPTION.compare(sequence, last) <= 0 ? sequence : last;
        }
        if (last == null) {
            throw new IllegalStateException("nobody has blocks");
        }
        return last;
    }
}
