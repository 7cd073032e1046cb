package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The most KV slots that sequences need together if each grows by one token in every step and ends
 * when it is predicted to (MC-SF, 2502.07115, section 3; the same peak as Past-Future's). Memory
 * peaks only when one ends, so with {@code n} in descending order of what remains it is
 *
 * <pre>
 * max over k of ( length_1 + ... + length_k + k * remaining_k )
 * </pre>
 *
 * <p>A set that grows: adding costs O(n).
 */
final class PeakMemory {

    private static final Comparator<Need> LONGEST_FIRST =
            Comparator.comparingInt(Need::remaining).reversed();

    private final List<Need> needs;

    private record Need(long length, int remaining) {}

    PeakMemory(Collection<? extends Candidate> running) {
        needs = new ArrayList<>(running.size() + 16);
        for (Candidate candidate : running) {
            needs.add(need(candidate));
        }
        needs.sort(LONGEST_FIRST);
    }

    /** Tokens at the worst moment if this one joins. */
    long with(Candidate candidate) {
        Need added = need(candidate);
        long lengths = 0;
        long peak = 0;
        int count = 0;
        boolean counted = false;
        for (Need need : needs) {
            if (!counted && added.remaining() >= need.remaining()) {
                counted = true;
                lengths += added.length();
                count++;
                peak = Math.max(peak, lengths + (long) count * added.remaining());
            }
            lengths += need.length();
            count++;
            peak = Math.max(peak, lengths + (long) count * need.remaining());
        }
        if (!counted) {
            peak = Math.max(peak, lengths + added.length() + (count + 1L) * added.remaining());
        }
        return peak;
    }

    void add(Candidate candidate) {
        Need added = need(candidate);
        int at = 0;
        while (at < needs.size() && needs.get(at).remaining() > added.remaining()) {
            at++;
        }
        needs.add(at, added);
    }

    int size() {
        return needs.size();
    }

    private static Need need(Candidate candidate) {
        return new Need(
                (long) candidate.promptLength() + candidate.generatedLength(),
                candidate.expectedRemaining());
    }
}
