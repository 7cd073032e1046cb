package io.millrace.gpu.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which exchanges a step learns from: every epoch all of them in another order, packed into batches
 * of so many tokens. Step n is always the same batch, so a run that was interrupted goes on where
 * it was. Immutable.
 */
final class Batches {

    private final List<int[]> all = new ArrayList<>();
    private final int epochSteps;

    /** Of exchanges none of which is longer than a batch. */
    Batches(List<Exchange> exchanges, TrainingSettings settings) {
        int wanted = settings.maxSteps() > 0 ? settings.maxSteps() : Integer.MAX_VALUE;
        int epochs = settings.maxSteps() > 0 ? Integer.MAX_VALUE : settings.epochs();
        int first = 0;
        for (int epoch = 0; epoch < epochs && all.size() < wanted; epoch++) {
            SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + epoch);
            int[] order = shuffled(exchanges.size(), random);
            all.addAll(packed(order, exchanges, settings.batchTokens()));
            first = epoch == 0 ? all.size() : first;
        }
        this.epochSteps = first;
        if (all.size() > wanted) {
            all.subList(wanted, all.size()).clear();
        }
    }

    /** A permutation of 0 to count - 1. */
    static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Exchanges in an order, as many at a time as fit into a batch. */
    static List<int[]> packed(int[] order, List<Exchange> exchanges, int batchTokens) {
        List<int[]> batches = new ArrayList<>();
        int from = 0;
        int tokens = 0;
        for (int i = 0; i < order.length; i++) {
            int length = exchanges.get(order[i]).length();
            if (tokens + length > batchTokens && i > from) {
                batches.add(Arrays.copyOfRange(order, from, i));
                from = i;
                tokens = 0;
            }
            tokens += length;
        }
        if (order.length > from) {
            batches.add(Arrays.copyOfRange(order, from, order.length));
        }
        return batches;
    }

    /** Steps of the run. */
    int steps() {
        return all.size();
    }

    /** Steps of a first whole epoch; the others have about as many. */
    int epochSteps() {
        return epochSteps;
    }

    /** The exchanges of a step, from 0. */
    int[] step(int index) {
        return all.get(index);
    }
}
