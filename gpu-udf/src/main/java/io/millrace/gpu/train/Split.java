package io.millrace.gpu.train;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which exchanges are learnt from and which are held out: by prompt, so that no prompt is on both
 * sides.
 *
 * @param learnt indices of exchanges
 * @param heldOut indices of the others
 */
@SuppressWarnings("ArrayRecordComponent") // Made once and only read.
record Split(int[] learnt, int[] heldOut) {

    /**
     * Splits by a seed.
     *
     * @throws IllegalArgumentException if there are fewer than two prompts
     */
    static Split of(List<Exchange> exchanges, double heldOutShare, long seed) {
        Map<IntBuffer, List<Integer>> byPrompt = new LinkedHashMap<>();
        for (int i = 0; i < exchanges.size(); i++) {
            byPrompt.computeIfAbsent(
                            IntBuffer.wrap(exchanges.get(i).prompt()), key -> new ArrayList<>())
                    .add(i);
        }
        if (byPrompt.size() < 2) {
            throw new IllegalArgumentException(
                    "prompts: %d that can be used (expected: at least 2, one to learn from and one to measure on)"
                            .formatted(byPrompt.size()));
        }
        List<List<Integer>> groups = List.copyOf(byPrompt.values());
        int[] order = Batches.shuffled(groups.size(), new SplittableRandom(seed));
        int wanted = (int) Math.round(groups.size() * heldOutShare);
        int held = Math.max(1, Math.min(groups.size() - 1, wanted));
        return new Split(
                members(groups, order, held, groups.size()), members(groups, order, 0, held));
    }

    private static int[] members(List<List<Integer>> groups, int[] order, int from, int to) {
        return IntStream.range(from, to)
                .flatMap(i -> groups.get(order[i]).stream().mapToInt(Integer::intValue))
                .toArray();
    }
}
