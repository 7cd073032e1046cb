package io.millrace.core.schedule;

/**
 * A candidate's place in a {@link WaitingQueue}, from its first arrival there until it has ended:
 * also while it runs, since it may have to wait again. Owned by the queue's thread.
 */
public final class Waiter<C extends Candidate> {

    private final C candidate;
    private final long ticket;
    private final long dueAfter;
    private long sinceMs;
    private int starts;
    private boolean interrupted;

    Waiter(C candidate, long ticket, long dueAfter) {
        this.candidate = candidate;
        this.ticket = ticket;
        this.dueAfter = dueAfter;
        this.sinceMs = candidate.arrivalMs();
    }

    /** Who waits. */
    public C candidate() {
        return candidate;
    }

    /** Its place in the order in which candidates came: what breaks every tie. */
    public long ticket() {
        return ticket;
    }

    /** Epoch milliseconds since which it waits: its arrival, or when it had to wait again. */
    public long sinceMs() {
        return sinceMs;
    }

    /** How often it has started. */
    public int starts() {
        return starts;
    }

    long dueAfter() {
        return dueAfter;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    void started() {
        starts++;
        interrupted = false;
    }

    void waitsAgain(long nowMs) {
        sinceMs = nowMs;
    }

    void interrupted() {
        interrupted = true;
    }

    @Override
    public String toString() {
        return "Waiter[" + ticket + ", " + candidate + "]";
    }
}
