package io.millrace.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SplitTest {

    @Property(tries = 50)
    void noPromptIsOnBothSides(
            @ForAll @IntRange(min = 2, max = 40) int prompts, @ForAll long seed) {
        List<Exchange> exchanges = exchanges(prompts, new Random(seed));

        Split split = Split.of(exchanges, 0.2, seed);

        assertThat(split.learnt()).isNotEmpty();
        assertThat(split.heldOut()).isNotEmpty();
        assertThat(prompts(exchanges, split.learnt()))
                .doesNotContainAnyElementsOf(prompts(exchanges, split.heldOut()));
        assertThat(IntStream.concat(IntStream.of(split.learnt()), IntStream.of(split.heldOut())))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, exchanges.size()).boxed().toList());
        assertThat(Split.of(exchanges, 0.2, seed).heldOut()).isEqualTo(split.heldOut());
    }

    @Property(tries = 50)
    void everyEpochLearnsEverythingOnceInBatchesThatFit(
            @ForAll @IntRange(min = 2, max = 40) int prompts, @ForAll long seed) {
        List<Exchange> exchanges = exchanges(prompts, new Random(seed));
        TrainingSettings settings =
                new TrainingSettings(HeadKind.MEDUSA, 1, 16, 2, 0, 1e-3, 24, 0, 0.2, seed, null);

        Batches batches = new Batches(exchanges, settings);

        List<Integer> all = new ArrayList<>();
        for (int step = 0; step < batches.steps(); step++) {
            int[] batch = batches.step(step);
            IntStream.of(batch).forEach(all::add);
            assertThat(IntStream.of(batch).map(i -> exchanges.get(i).length()).sum())
                    .isLessThanOrEqualTo(24);
        }
        List<Integer> each = IntStream.range(0, exchanges.size()).boxed().toList();
        assertThat(all.subList(0, each.size())).containsExactlyInAnyOrderElementsOf(each);
        assertThat(all.subList(each.size(), all.size())).containsExactlyInAnyOrderElementsOf(each);
    }

    private static Set<IntBuffer> prompts(List<Exchange> exchanges, int[] indices) {
        Set<IntBuffer> prompts = new HashSet<>();
        for (int index : indices) {
            prompts.add(IntBuffer.wrap(exchanges.get(index).prompt()));
        }
        return prompts;
    }

    /** Some of them answers to the same prompt. */
    private static List<Exchange> exchanges(int prompts, Random random) {
        List<Exchange> exchanges = new ArrayList<>();
        for (int prompt = 0; prompt < prompts; prompt++) {
            for (int i = 0; i <= random.nextInt(3); i++) {
                int[] answer = random.ints(3 + random.nextInt(6), 0, 50).toArray();
                exchanges.add(new Exchange(new int[] {7, prompt}, answer));
            }
        }
        return exchanges;
    }
}
