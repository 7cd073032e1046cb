package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingVerifierTest {

    private static final int SAMPLES = 30_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void drawsTheTargetsTextsWhateverTheTree(long seed) {
        SmallLanguage target = new SmallLanguage(seed);
        Random random = new Random(seed);
        long[] counts = new long[target.ofThree().length];
        TokenTree tree = Trees.random(random, 30, SmallLanguage.VOCABULARY);
        for (int i = 0; i < SAMPLES; i++) {
            AcceptedPath path =
                    SamplingVerifier.deterministic(tree, target.along(tree), random::nextDouble);
            counts[target.complete(path.tokens(tree), random)]++;
        }

        ChiSquare.assertFollows(counts, target.ofThree(), "seed " + seed);
    }

    @Property(tries = 200)
    void emitsThePlainTextOfTheSameRandomNumbers(@ForAll long seed) {
        SmallLanguage target = new SmallLanguage(seed);
        Random random = new Random(seed);
        TokenTree tree = Trees.random(random, 40, SmallLanguage.VOCABULARY);
        double[] numbers = random.doubles(50).toArray();
        int[] asked = {0};

        AcceptedPath path =
                SamplingVerifier.deterministic(tree, target.along(tree), () -> numbers[asked[0]++]);

        int[] emitted = path.tokens(tree);
        assertThat(asked[0]).as("seed %d", seed).isEqualTo(emitted.length);
        for (int i = 0; i < emitted.length; i++) {
            int[] before = Arrays.copyOf(emitted, i);
            assertThat(emitted[i])
                    .as("seed %d", seed)
                    .isEqualTo(SamplingVerifier.sample(target.after(before), numbers[i]));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void drawsTheTargetsTextsFromDraftsWithReplacement(long seed) {
        multiRoundFollows(seed, false, new SmallLanguage(seed + 100));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void drawsTheTargetsTextsFromDraftsWithoutReplacement(long seed) {
        multiRoundFollows(seed, true, new SmallLanguage(seed + 100));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void drawsTheTargetsTextsFromSeveralDrafters(long seed) {
        multiRoundFollows(
                seed, false, new SmallLanguage(seed + 100), new SmallLanguage(seed + 200));
    }

    @Property(tries = 200)
    void acceptsEverythingFromAPerfectDrafter(@ForAll @LongRange(min = 1) long seed) {
        SmallLanguage target = new SmallLanguage(seed);
        Random random = new Random(seed);
        Drafted drafted = draft(random, false, target);

        AcceptedPath path =
                SamplingVerifier.multiRound(
                        drafted.tree(),
                        target.along(drafted.tree()),
                        node -> drafted.draws().getOrDefault(node, List.of()),
                        random::nextDouble);

        assertThat(path.accepted()).as("seed %d", seed).isEqualTo(drafted.tree().maxDepth());
    }

    @Test
    void refusesDrawsOfOtherNodes() {
        TokenTree tree = TokenTree.chain(new int[] {0, 1}, new float[2]);
        double[] even = {0.5, 0.5};

        assertThatThrownBy(
                        () ->
                                SamplingVerifier.multiRound(
                                        tree,
                                        node -> even,
                                        node -> List.of(new Draw(2, even)),
                                        () -> 0))
                .hasMessage("child: 2 (expected: a child of node 0)");
        assertThatThrownBy(
                        () ->
                                SamplingVerifier.multiRound(
                                        tree,
                                        node -> even,
                                        node -> List.of(new Draw(1, new double[3])),
                                        () -> 0))
                .hasMessage("distribution.length: 3 (expected: the target's, 2)");
    }

    private record Drafted(TokenTree tree, Map<Integer, List<Draw>> draws) {}

    private static void multiRoundFollows(long seed, boolean without, SmallLanguage... drafters) {
        SmallLanguage target = new SmallLanguage(seed);
        Random random = new Random(seed);
        long[] counts = new long[target.ofThree().length];
        for (int i = 0; i < SAMPLES; i++) {
            Drafted drafted = draft(random, without, drafters);
            TokenTree tree = drafted.tree();
            AcceptedPath path =
                    SamplingVerifier.multiRound(
                            tree,
                            target.along(tree),
                            node -> drafted.draws().getOrDefault(node, List.of()),
                            random::nextDouble);
            counts[target.complete(path.tokens(tree), random)]++;
        }

        ChiSquare.assertFollows(counts, target.ofThree(), "seed " + seed);
    }

    /** Two draws below every node, two deep; of one drafter or, in turn, of several. */
    private static Drafted draft(Random random, boolean without, SmallLanguage... drafters) {
        TokenTreeBuilder builder = TokenTree.builder(8);
        Map<Integer, List<Draw>> draws = new HashMap<>();
        Map<Integer, int[]> texts = new HashMap<>(Map.of(0, new int[0]));
        for (int parent = 0; parent <= builder.size(); parent++) {
            int[] text = texts.getOrDefault(parent, new int[0]);
            if (text.length == 2) {
                continue;
            }
            List<Draw> below = new ArrayList<>();
            double[] left = drafters[0].after(text);
            for (int draw = 0; draw < 2 && sum(left) > 0; draw++) {
                double[] from = without ? normalised(left) : drafterOf(draw, drafters).after(text);
                int token = SamplingVerifier.sample(from, random.nextDouble());
                left[token] = 0;
                int child = builder.childWithToken(parent, token);
                if (child < 0) {
                    child = builder.add(parent, token, -1);
                    texts.put(child, append(text, token));
                }
                below.add(new Draw(child, from));
            }
            draws.put(parent, below);
        }
        return new Drafted(builder.build(), draws);
    }

    private static SmallLanguage drafterOf(int draw, SmallLanguage... drafters) {
        return drafters[draw % drafters.length];
    }

    private static int[] append(int[] text, int token) {
        int[] longer = Arrays.copyOf(text, text.length + 1);
        longer[text.length] = token;
        return longer;
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    private static double[] normalised(double[] values) {
        double sum = sum(values);
        return Arrays.stream(values).map(value -> value / sum).toArray();
    }
}
