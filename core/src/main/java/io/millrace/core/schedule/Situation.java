package io.millrace.core.schedule;

import java.util.Collection;
import java.util.List;

/**
 * What a policy may know of its surroundings when it chooses. Values of this moment, so that a
 * policy needs no clock; valid during the call only.
 */
public interface Situation {

    /** Epoch milliseconds. */
    long nowMs();

    /** Those that run. */
    Collection<? extends Candidate> running();

    /** How many may run together. */
    int maxSequences();

    /** KV slots that all of them share, tokens. */
    long kvTokens();

    /** Whether this one could start now, beside those that run. */
    boolean hasRoomFor(Candidate candidate);

    /** Whether the next has no place of its own and may take that of one that runs. */
    default boolean mayTakeThePlaceOf(Candidate running, Candidate next) {
        return running.service().priority() <= next.service().priority() && !hasRoomFor(next);
    }

    /** Tokens of the prompt that need not be computed, because the cache still has them. */
    int cachedTokens(Candidate candidate);

    /** Nothing runs, nothing is cached. */
    static Situation idle(long nowMs, int maxSequences, long kvTokens) {
        return new Idle(nowMs, maxSequences, kvTokens);
    }

    /** An engine of which only the room is known. */
    record Idle(long nowMs, int maxSequences, long kvTokens) implements Situation {
        @Override
        public Collection<? extends Candidate> running() {
            return List.of();
        }

        @Override
        public boolean hasRoomFor(Candidate candidate) {
            return true;
        }

        @Override
        public int cachedTokens(Candidate candidate) {
            return 0;
        }
    }
}
