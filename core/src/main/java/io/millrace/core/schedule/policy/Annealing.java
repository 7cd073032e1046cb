package io.millrace.core.schedule.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The search of {@link SloAnnealing}: orders and batch cuts, and what they are worth. */
final class Annealing {

    private static final double FIRST_TEMPERATURE = 500;
    private static final double LAST_TEMPERATURE = 20;
    private static final double FACTOR = 0.95;
    private static final int TRIES_PER_TEMPERATURE = 100;
    private static final double SCALE = 10_000;

    private final Job[] jobs;
    private final BatchTimes times;
    private final int maxBatch;
    private final SplittableRandom random;

    /**
     * One that waits.
     *
     * @param length tokens to prefill
     * @param answer tokens to come, at least 1
     * @param slackMs milliseconds until its deadline; infinite if it has none
     */
    record Job(int length, int answer, double slackMs) {}

    /** An order and the size of the batch that begins at each place. Sizes add up to the order. */
    private record Plan(int[] order, int[] sizes) {
        Plan copy() {
            return new Plan(order.clone(), sizes.clone());
        }
    }

    private Annealing(Job[] jobs, int maxBatch, BatchTimes times, SplittableRandom random) {
        this.jobs = jobs;
        this.maxBatch = maxBatch;
        this.times = times;
        this.random = random;
    }

    /** The best order found: indices into {@code jobs}. */
    static int[] order(Job[] jobs, int maxBatch, BatchTimes times, SplittableRandom random) {
        return new Annealing(jobs, maxBatch, times, random).search().order();
    }

    /** What the best plan found is worth. */
    static double bestWorth(Job[] jobs, int maxBatch, BatchTimes times, SplittableRandom random) {
        Annealing annealing = new Annealing(jobs, maxBatch, times, random);
        return annealing.worth(annealing.search());
    }

    /** What an order is worth if batches are as full as they may be: jobs met per millisecond. */
    static double worth(Job[] jobs, int[] order, int maxBatch, BatchTimes times) {
        Annealing annealing = new Annealing(jobs, maxBatch, times, new SplittableRandom(0));
        return annealing.worth(annealing.full(order));
    }

    private Plan search() {
        int[] arrival = IntStream.range(0, jobs.length).toArray();
        int[] shortest =
                IntStream.range(0, jobs.length)
                        .boxed()
                        .sorted(Comparator.comparing(i -> jobs[i], SloAnnealing.SHORTEST))
                        .mapToInt(i -> i)
                        .toArray();
        Plan current = full(arrival);
        Plan other = full(shortest);
        if (worth(other) > worth(current)) {
            current = other;
        }
        double worth = worth(current);
        if (jobs.length < 2 || worth == 0) {
            return full(shortest);
        }
        double unit = SCALE / worth;
        Plan best = current;
        double bestWorth = worth;
        for (double t = FIRST_TEMPERATURE; t > LAST_TEMPERATURE; t *= FACTOR) {
            for (int i = 0; i < TRIES_PER_TEMPERATURE; i++) {
                Plan next = current.copy();
                move(next);
                double nextWorth = worth(next);
                double gain = (nextWorth - worth) * unit;
                if (gain > 0 || Math.exp(gain / t) > random.nextDouble()) {
                    current = next;
                    worth = nextWorth;
                }
                if (worth > bestWorth) {
                    best = current;
                    bestWorth = worth;
                }
            }
        }
        return best;
    }

    private Plan full(int[] order) {
        int batches = (order.length + maxBatch - 1) / maxBatch;
        // One more, empty, so that the last can be delayed too.
        int[] sizes = new int[batches + 1];
        Arrays.fill(sizes, 0, batches, maxBatch);
        sizes[batches - 1] = order.length - maxBatch * (batches - 1);
        return new Plan(order, sizes);
    }

    private double worth(Plan plan) {
        double now = 0;
        double latencies = 0;
        int met = 0;
        int at = 0;
        for (int size : plan.sizes()) {
            int longest = 0;
            int longestAnswer = 0;
            for (int i = at; i < at + size; i++) {
                longest = Math.max(longest, jobs[plan.order()[i]].length());
                longestAnswer = Math.max(longestAnswer, jobs[plan.order()[i]].answer());
            }
            for (int i = at; i < at + size; i++) {
                Job job = jobs[plan.order()[i]];
                double latency = now + times.serve(size, longest, job.answer());
                latencies += latency;
                met += latency <= job.slackMs() ? 1 : 0;
            }
            now += size == 0 ? 0 : times.serve(size, longest, longestAnswer);
            at += size;
        }
        return latencies == 0 ? 0 : met / latencies;
    }

    private void move(Plan plan) {
        int[] order = plan.order();
        int[] sizes = plan.sizes();
        int kind = random.nextInt(3);
        int batch = random.nextInt(sizes.length);
        if (kind == 0 || sizes.length == 1) {
            swap(order, random.nextInt(order.length), random.nextInt(order.length));
        } else if (kind == 1 && batch > 0 && sizes[batch] > 0 && sizes[batch - 1] < maxBatch) {
            int begin = begin(sizes, batch);
            swap(order, begin, begin + random.nextInt(sizes[batch]));
            sizes[batch]--;
            sizes[batch - 1]++;
        } else if (kind == 2
                && batch < sizes.length - 1
                && sizes[batch] > 0
                && sizes[batch + 1] < maxBatch) {
            int begin = begin(sizes, batch);
            swap(order, begin + sizes[batch] - 1, begin + random.nextInt(sizes[batch]));
            sizes[batch]--;
            sizes[batch + 1]++;
        }
    }

    private static int begin(int[] sizes, int batch) {
        return Arrays.stream(sizes, 0, batch).sum();
    }

    private static void swap(int[] order, int i, int j) {
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
}
