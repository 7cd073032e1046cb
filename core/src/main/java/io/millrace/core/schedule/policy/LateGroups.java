package io.millrace.core.schedule.policy;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.policy.RequestGroups.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Orders groups so that the fewest are late (Moore 1968, with Hodgson's rule): takes them by
 * deadline and, whenever one would be late, gives up the longest taken so far. The late ones come
 * after all that can be on time, but before those without a deadline, which cannot be late.
 */
final class LateGroups {

    private LateGroups() {}

    static <C extends Candidate> List<Group<C>> order(
            Collection<Group<C>> groups, long nowMs, double tokensPerSecond) {
        List<Group<C>> byDeadline = new ArrayList<>(groups);
        byDeadline.sort(
                Comparator.<Group<C>>comparingLong(Group::deadlineMs)
                        .thenComparingLong(Group::ticket));
        List<Group<C>> unhurried = new ArrayList<>();
        List<Group<C>> late = new ArrayList<>();
        List<Group<C>> onTime = new ArrayList<>();
        PriorityQueue<Group<C>> taken =
                new PriorityQueue<>(
                        Comparator.<Group<C>>comparingLong(group -> -group.tokens())
                                .thenComparingLong(Group::ticket));
        double endMs = nowMs;
        for (Group<C> group : byDeadline) {
            if (group.deadlineMs() == Service.NO_DEADLINE) {
                unhurried.add(group);
                continue;
            }
            taken.add(group);
            endMs += durationMs(group, tokensPerSecond);
            if (endMs > group.deadlineMs()) {
                Group<C> longest = taken.remove();
                endMs -= durationMs(longest, tokensPerSecond);
                late.add(longest);
            }
        }
        onTime.addAll(taken);
        onTime.sort(
                Comparator.<Group<C>>comparingLong(Group::deadlineMs)
                        .thenComparingLong(Group::ticket));
        onTime.addAll(late);
        onTime.addAll(unhurried);
        return onTime;
    }

    private static double durationMs(Group<?> group, double tokensPerSecond) {
        return 1000 * group.tokens() / tokensPerSecond;
    }
}
