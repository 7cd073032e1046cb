package io.millrace.operators.drain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.flink.annotation.Internal;

/**
 * Where, in the JobMaster, the coordinator of the operator that holds requests tells the enumerator
 * of the {@link DrainSource} that nothing is held any more. The two coordinators of a job share no
 * object, so they meet by a name that both were given when the job was built.
 *
 * <p>Nothing here is in a checkpoint: after a failure nobody counts as drained until it says so
 * again. Thread-safe; listeners run on the thread that made the last subtask drained.
 */
@Internal
public final class DrainBoard implements AutoCloseable {

    private static final ConcurrentMap<String, State> BOARDS = new ConcurrentHashMap<>();

    private final String job;
    private final State state;
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean closed;

    private DrainBoard(String job, State state) {
        this.job = job;
        this.state = state;
    }

    /**
     * Opens the board of a job; to be closed.
     *
     * @param job a string that no other job uses, fixed when the topology is built
     */
    public static DrainBoard forJob(String job) {
        State state =
                BOARDS.compute(
                        job,
                        (name, present) -> {
                            State board = present == null ? new State() : present;
                            board.users++;
                            return board;
                        });
        return new DrainBoard(job, state);
    }

    /**
     * Forgets all reports and expects one of each of so many subtasks: when a coordinator starts or
     * is reset to a checkpoint.
     */
    public void reset(int subtasks) {
        if (subtasks < 1) {
            throw new IllegalArgumentException("subtasks: " + subtasks + " (expected: 1 or more)");
        }
        synchronized (state) {
            state.subtasks = subtasks;
            state.drained.clear();
        }
    }

    /** The subtask's input has ended and every request that it accepted has its result. */
    public void drained(int subtask) {
        List<Runnable> toRun = List.of();
        synchronized (state) {
            state.drained.set(subtask);
            if (state.isDrained()) {
                toRun = List.copyOf(state.listeners);
            }
        }
        toRun.forEach(Runnable::run);
    }

    /** The subtask starts over from a checkpoint and may hold requests again. */
    public void restarted(int subtask) {
        synchronized (state) {
            state.drained.clear(subtask);
        }
    }

    /** Whether every expected subtask is drained now. */
    public boolean isDrained() {
        synchronized (state) {
            return state.isDrained();
        }
    }

    /** Calls back each time that the last subtask becomes drained, until this board is closed. */
    public void onDrained(Runnable listener) {
        synchronized (state) {
            listeners.add(listener);
            state.listeners.add(listener);
        }
    }

    /** Takes this user's listeners away; the last user takes the board along. */
    @Override
    public void close() {
        synchronized (state) {
            if (closed) {
                return;
            }
            closed = true;
            state.listeners.removeAll(listeners);
        }
        BOARDS.computeIfPresent(job, (name, present) -> --present.users == 0 ? null : present);
    }

    /** What all users of one job's board share. */
    private static final class State {
        private final BitSet drained = new BitSet();
        private final List<Runnable> listeners = new ArrayList<>();
        private int subtasks = Integer.MAX_VALUE;

        // Guarded by the map's lock on its key.
        private int users;

        boolean isDrained() {
            return drained.cardinality() == subtasks;
        }
    }
}
