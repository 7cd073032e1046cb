package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.WaitingTime;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Request groups (QLM, 2407.00047): requests with the same adapter, a similar time to their
 * deadline and a similar length form groups, and whole groups are put in order so that few miss
 * their deadlines. A group's service takes the sum of its answers over the throughput, see {@link
 * WaitingTime}.
 *
 * <p>The paper assigns and orders groups by a linear program. For the queue of one engine the
 * problem is that of the number of late jobs on one machine, which Moore and Hodgson's algorithm
 * solves exactly in O(n log n): {@link LateGroups}.
 *
 * @param groupSize the most requests in a group, at least 1
 */
public record RequestGroups(int groupSize) implements WaitingPolicy {

    static final int GROUP_SIZE = 64;
    private static final double FIRST_TOKENS_PER_SECOND = 1_000;
    private static final double RATE_WINDOW_MS = 10_000;

    public RequestGroups {
        check(groupSize >= 1, "group-size", groupSize, "at least 1");
    }

    @Override
    public String name() {
        return "qlm";
    }

    @Override
    public boolean ordersDeadlines() {
        return true;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Rate<>();
    }

    /** Requests that are served one after the other. */
    static final class Group<C extends Candidate> {
        private final GroupKey key;
        private final Set<Waiter<C>> members = new LinkedHashSet<>();
        private final long ticket;
        private long tokens;
        private long deadlineMs = Service.NO_DEADLINE;

        Group(GroupKey key, long ticket) {
            this.key = key;
            this.ticket = ticket;
        }

        long tokens() {
            return tokens;
        }

        long deadlineMs() {
            return deadlineMs;
        }

        long ticket() {
            return ticket;
        }

        private void add(Waiter<C> waiter) {
            members.add(waiter);
            tokens += waiter.candidate().expectedRemaining();
            deadlineMs = Math.min(deadlineMs, waiter.candidate().service().deadlineMs());
        }

        private void remove(Waiter<C> waiter) {
            members.remove(waiter);
            tokens -= waiter.candidate().expectedRemaining();
        }
    }

    /** What the members of a group share; lengths and times as powers of two. */
    private record GroupKey(@Nullable String adapter, int timeClass, int lengthClass) {
        static GroupKey of(Candidate candidate) {
            Service service = candidate.service();
            long time = Math.max(1, service.deadlineMs() - candidate.arrivalMs());
            int length = candidate.promptLength() + candidate.expectedRemaining();
            return new GroupKey(
                    service.adapter(),
                    service.deadlineMs() == Service.NO_DEADLINE
                            ? Long.SIZE
                            : Long.SIZE - Long.numberOfLeadingZeros(time),
                    Integer.SIZE - Integer.numberOfLeadingZeros(length));
        }
    }

    private final class Rate<C extends Candidate> implements Discipline<C> {
        private double tokensPerSecond = FIRST_TOKENS_PER_SECOND;
        private long tokens;
        private long sinceMs = Long.MIN_VALUE;

        @Override
        public WaitingLine<C> newLine() {
            return new Line<>(this, groupSize);
        }

        @Override
        public void generated(Waiter<C> waiter, int generated) {
            tokens += generated;
        }

        /** Tokens per second of the last seconds, all requests together. */
        double at(long nowMs) {
            if (sinceMs == Long.MIN_VALUE) {
                sinceMs = nowMs;
            } else if (nowMs - sinceMs >= RATE_WINDOW_MS && tokens > 0) {
                tokensPerSecond = tokens * 1000.0 / (nowMs - sinceMs);
                sinceMs = nowMs;
                tokens = 0;
            }
            return tokensPerSecond;
        }
    }

    private static final class Line<C extends Candidate> implements WaitingLine<C> {
        private final RequestGroups.Rate<C> rate;
        private final int groupSize;
        private final Map<GroupKey, Group<C>> open = new HashMap<>();
        private final Map<Waiter<C>, Group<C>> groupOf = new HashMap<>();
        private final Set<Group<C>> groups = new LinkedHashSet<>();
        private List<Group<C>> order = List.of();

        Line(RequestGroups.Rate<C> rate, int groupSize) {
            this.rate = rate;
            this.groupSize = groupSize;
        }

        @Override
        public void enter(Waiter<C> waiter) {
            GroupKey key = GroupKey.of(waiter.candidate());
            Group<C> group = open.get(key);
            if (group == null || group.members.size() >= groupSize) {
                group = new Group<>(key, waiter.ticket());
                open.put(key, group);
                groups.add(group);
                order = List.of();
            }
            group.add(waiter);
            groupOf.put(waiter, group);
        }

        @Override
        public void remove(Waiter<C> waiter) {
            Group<C> group = groupOf.remove(waiter);
            if (group == null) {
                return;
            }
            group.remove(waiter);
            if (group.members.isEmpty()) {
                groups.remove(group);
                open.remove(group.key, group);
                order = List.of();
            }
        }

        @Override
        public @Nullable Waiter<C> first(Situation situation) {
            double tokensPerSecond = rate.at(situation.nowMs());
            if (groups.isEmpty()) {
                return null;
            }
            if (order.isEmpty()) {
                order = LateGroups.order(groups, situation.nowMs(), tokensPerSecond);
            }
            return order.get(0).members.iterator().next();
        }
    }
}
