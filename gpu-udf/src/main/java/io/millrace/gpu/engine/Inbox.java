package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the owner hands to the engine's thread, and the room that is left once it arrives. Safe for
 * any thread; nobody holds the lock for longer than a few assignments.
 */
final class Inbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Queue<ActiveGeneration> submitted = new ArrayDeque<>();
    private final List<String> cancelled = new ArrayList<>();
    private long submittedTokens;
    private EngineRoom room;
    private boolean closed;

    Inbox(EngineRoom room) {
        this.room = room;
    }

    /** What the owner left since the last time. */
    record Mail(List<ActiveGeneration> submitted, List<String> cancelled) {}

    void submit(List<ActiveGeneration> generations) {
        lock.lock();
        try {
            for (ActiveGeneration generation : generations) {
                submitted.add(generation);
                submittedTokens += tokens(generation);
            }
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    void cancel(String key) {
        lock.lock();
        try {
            cancelled.add(key);
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Room after everything that was submitted. */
    EngineRoom room() {
        lock.lock();
        try {
            return new EngineRoom(
                    Math.max(0, room.sequences() - submitted.size()),
                    Math.max(0, room.tokens() - submittedTokens));
        } finally {
            lock.unlock();
        }
    }

    void publish(EngineRoom newRoom) {
        lock.lock();
        try {
            room = newRoom;
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything; waits for something, or for the close, only if told to. */
    Mail take(boolean wait) throws InterruptedException {
        lock.lock();
        try {
            while (wait && !closed && submitted.isEmpty() && cancelled.isEmpty()) {
                notEmpty.await();
            }
            Mail mail = new Mail(List.copyOf(submitted), List.copyOf(cancelled));
            // Room shrinks by what is taken until the engine publishes what is left.
            room =
                    new EngineRoom(
                            Math.max(0, room.sequences() - submitted.size()),
                            Math.max(0, room.tokens() - submittedTokens));
            submitted.clear();
            cancelled.clear();
            submittedTokens = 0;
            return mail;
        } finally {
            lock.unlock();
        }
    }

    private static long tokens(ActiveGeneration generation) {
        return (long) generation.sequence().length() + generation.sequence().predictedRemaining();
    }
}
