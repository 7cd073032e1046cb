package io.millrace.core.schedule.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.WaitingQueue;
import io.millrace.core.schedule.policy.Waiting.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BatchPoliciesTest {

    private static final Situation ROOMY = Situation.idle(0, 64, 1_000_000);

    @Property(tries = 100)
    void slicesAreBatchedAtTheLeastCostThatAnyCutsHave(@ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> lengths = random.ints(1 + random.nextInt(9), 1, 2_000).boxed().toList();
        int maxSequences = 1 + random.nextInt(4);
        SliceBatcher batcher = new SliceBatcher(BatchTimes.TYPICAL, 64);

        List<List<Integer>> batches = batcher.batches(lengths, n -> n, maxSequences, 6_000);

        List<Integer> sorted = lengths.stream().sorted().toList();
        assertThat(batches.stream().flatMap(List::stream)).isEqualTo(sorted);
        double cost =
                batches.stream()
                        .mapToDouble(b -> batcher.time(b.size(), b.get(b.size() - 1)))
                        .sum();
        assertThat(cost)
                .as("seed %d", seed)
                .isCloseTo(leastCost(sorted, maxSequences, batcher), Offset.offset(1e-6));
    }

    private static double leastCost(List<Integer> sorted, int maxSequences, SliceBatcher batcher) {
        if (sorted.isEmpty()) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int first = 1; first <= Math.min(maxSequences, sorted.size()); first++) {
            int longest = sorted.get(first - 1);
            if (first > 1 && first * (longest + 64) > 6_000) {
                break;
            }
            List<Integer> rest = sorted.subList(first, sorted.size());
            least =
                    Math.min(
                            least,
                            batcher.time(first, longest) + leastCost(rest, maxSequences, batcher));
        }
        return least;
    }

    @Property(tries = 30)
    void annealingIsNeverWorseThanTheOrdersItBeginsWith(@ForAll long seed) {
        Random random = new Random(seed);
        Annealing.Job[] jobs =
                IntStream.range(0, 2 + random.nextInt(12))
                        .mapToObj(
                                i ->
                                        new Annealing.Job(
                                                1 + random.nextInt(500),
                                                1 + random.nextInt(300),
                                                1_000 + random.nextInt(20_000)))
                        .toArray(Annealing.Job[]::new);
        int[] order = Annealing.order(jobs, 2, BatchTimes.TYPICAL, new SplittableRandom(seed));

        assertThat(Arrays.stream(order).sorted())
                .containsExactlyElementsOf(IntStream.range(0, jobs.length).boxed().toList());
        int[] arrival = IntStream.range(0, jobs.length).toArray();
        assertThat(Annealing.order(jobs, 2, BatchTimes.TYPICAL, new SplittableRandom(seed)))
                .as("equal seeds give equal plans")
                .isEqualTo(order);
        // Its own cuts may be better than full batches, so only the start is a bound.
        assertThat(Annealing.bestWorth(jobs, 2, BatchTimes.TYPICAL, new SplittableRandom(seed)))
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(Annealing.worth(jobs, arrival, 2, BatchTimes.TYPICAL));
    }

    @Test
    void annealingMeetsDeadlinesThatArrivalWouldMiss() {
        List<String> order =
                Waiting.order(
                        new SloAnnealing(1),
                        Situation.idle(0, 1, 1_000_000),
                        new Job("long", 100, 400, Waiting.due(60_000), 0),
                        new Job("soon", 100, 10, Waiting.due(1_000), 0),
                        new Job("next", 100, 10, Waiting.due(2_000), 0));

        assertThat(order).containsExactly("soon", "next", "long");
    }

    @Test
    void groupsThatCanStillBeOnTimeGoBeforeThoseThatCannot() {
        // 1,000 tokens per second at first: a thousand tokens take a second.
        List<String> order =
                Waiting.order(
                        new RequestGroups(64),
                        ROOMY,
                        new Job("no hurry", 10, 100, Service.DEFAULT, 0),
                        new Job("hopeless", 10, 4_000, Waiting.due(1_500), 0),
                        new Job("tight", 10, 900, Waiting.due(1_000), 0),
                        new Job("later", 10, 900, Waiting.due(3_000), 0));

        assertThat(order).containsExactly("tight", "later", "hopeless", "no hurry");
    }

    @Test
    void oddlyLongRequestsDoNotJoinAQuickBatch() {
        List<String> order =
                Waiting.order(
                        new SloBatching(500),
                        ROOMY,
                        new Job("slow", 10, 2_000, Waiting.due(9_000), 0),
                        new Job("quick-1", 10, 20, Waiting.due(3_000), 0),
                        new Job("quick-2", 10, 30, Waiting.due(3_000), 0));

        assertThat(order).containsExactly("quick-1", "quick-2", "slow");
    }

    @Test
    void sortedFStartsManyShortPromptsBeforeOneThatFillsTheCache() {
        List<Job> jobs = new ArrayList<>();
        jobs.add(new Job("document", 900, 10));
        for (int i = 0; i < 8; i++) {
            jobs.add(new Job("chat-" + i, 50, 12));
        }
        Situation small = Situation.idle(0, 64, 1_000);

        assertThat(Waiting.order(new SortedF(), small, jobs.toArray(Job[]::new)).get(8))
                .isEqualTo("document");
        assertThat(Waiting.order(new ShortestJobFirst(), small, jobs.toArray(Job[]::new)).get(0))
                .isEqualTo("document");
    }

    @Property(tries = 60)
    void peakMemoryIsThatOfGrowingStepByStep(@ForAll long seed) {
        Random random = new Random(seed);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            jobs.add(new Job("j" + i, 1 + random.nextInt(100), 1 + random.nextInt(50)));
        }
        long peak = 0;
        for (int step = 1; step <= 50; step++) {
            int t = step;
            peak =
                    Math.max(
                            peak,
                            jobs.stream()
                                    .filter(job -> job.expectedRemaining() >= t)
                                    .mapToLong(job -> job.promptLength() + t)
                                    .sum());
        }
        List<Job> others = jobs.subList(1, jobs.size());

        assertThat(new PeakMemory(others).with(jobs.get(0))).as("seed %d", seed).isEqualTo(peak);
        PeakMemory grown = new PeakMemory(List.of());
        others.forEach(grown::add);
        assertThat(grown.with(jobs.get(0))).as("seed %d", seed).isEqualTo(peak);
    }

    @Test
    void shortestFirstStopsWhereMemoryWouldNotLast() {
        Job running = new Job("running", 500, 100);
        Job next = new Job("next", 300, 100);
        MemoryConstrainedShortest policy = new MemoryConstrainedShortest();

        assertThat(Waiting.order(policy, new Busy(running, 1_000), next)).containsExactly("next");
        assertThat(Waiting.order(policy, new Busy(running, 999), next)).isEmpty();
    }

    private record Busy(Job job, long kvTokens) implements Situation {
        @Override
        public long nowMs() {
            return 0;
        }

        @Override
        public List<Job> running() {
            return List.of(job);
        }

        @Override
        public int maxSequences() {
            return 8;
        }

        @Override
        public boolean hasRoomFor(io.millrace.core.schedule.Candidate candidate) {
            return true;
        }

        @Override
        public int cachedTokens(io.millrace.core.schedule.Candidate candidate) {
            return 0;
        }
    }

    @Property(tries = 100)
    void asFewGroupsAsPossibleAreLate(@ForAll long seed) {
        Random random = new Random(seed);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            // A group of its own each: no two share adapter and lengths.
            Service service = new Service("t", 0, 1 + random.nextInt(5_000), null, "adapter-" + i);
            jobs.add(new Job("j" + i, 10, 1 + random.nextInt(1_500), service, 0));
        }
        WaitingQueue<Job> queue = new WaitingQueue<>(new RequestGroups(1), 1_000);
        jobs.forEach(queue::enter);
        List<Job> ordered = new ArrayList<>();
        long now = 0;
        while (queue.size() > 0) {
            Job next = Objects.requireNonNull(queue.first(Situation.idle(now, 1, 1_000_000)));
            queue.start(next, 0);
            ordered.add(next);
            now += next.expectedRemaining(); // 1,000 tokens per second.
        }

        assertThat(late(ordered)).as("seed %d", seed).isEqualTo(fewestLate(jobs, List.of()));
    }

    private static int late(List<Job> order) {
        long now = 0;
        int late = 0;
        for (Job job : order) {
            now += job.expectedRemaining();
            late += now > job.service().deadlineMs() ? 1 : 0;
        }
        return late;
    }

    private static int fewestLate(List<Job> rest, List<Job> before) {
        if (rest.isEmpty()) {
            return late(before);
        }
        int fewest = Integer.MAX_VALUE;
        for (Job job : rest) {
            List<Job> others = new ArrayList<>(rest);
            others.remove(job);
            List<Job> order = new ArrayList<>(before);
            order.add(job);
            fewest = Math.min(fewest, fewestLate(others, order));
        }
        return fewest;
    }
}
