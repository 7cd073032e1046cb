package io.millrace.core.schedule;

/**
 * Knows of which prompts the first tokens need not be computed again. Called on the scheduler's
 * thread.
 */
public interface PrefixReuse {

    /** Computes every prompt in full. */
    PrefixReuse NONE =
            new PrefixReuse() {
                @Override
                public int cachedTokens(Candidate candidate) {
                    return 0;
                }

                @Override
                public void started(Candidate candidate) {
                    // Nothing is kept.
                }
            };

    /** How many of its first tokens are cached; asking changes nothing. */
    int cachedTokens(Candidate candidate);

    /** A sequence starts: its prompt will be in the cache. */
    void started(Candidate candidate);
}
