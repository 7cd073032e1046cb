package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawVerifierTest {

    @Test
    void emitsTheBonusAloneWhereNothingIsDrafted() {
        AcceptedPath path = DrawVerifier.verify(TokenTree.empty(), new int[] {5});

        assertThat(path.accepted()).isZero();
        assertThat(path.tokens(TokenTree.empty())).containsExactly(5);
    }

    @Test
    void followsTheBranchThatIsRight() {
        TokenTreeBuilder builder = TokenTree.builder(4);
        builder.add(0, 1, -1);
        int right = builder.add(0, 2, -2);
        builder.add(right, 3, -1);
        builder.add(right, 4, -2);
        TokenTree tree = builder.build();

        AcceptedPath path = DrawVerifier.verify(tree, new int[] {2, 9, 4, 9, 6});

        assertThat(path).isEqualTo(new AcceptedPath(new int[] {2, 4}, 6));
        assertThat(path.tokens(tree)).containsExactly(2, 4, 6);
        assertThat(path.last()).isEqualTo(4);
    }

    @Test
    void refusesAnswersForOtherNodes() {
        assertThatThrownBy(() -> DrawVerifier.verify(TokenTree.empty(), new int[2]))
                .hasMessage("drawn.length: 2 (expected: one token per node, 1)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void emitsTheTargetsTextsWhateverTheTree(long seed) {
        Random random = new Random(seed);
        TokenTree tree = Trees.random(random, 30, SmallLanguage.VOCABULARY);

        emitsTheTargetsTexts(seed, random, () -> tree);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void emitsTheTargetsTextsWhateverADrafterDraws(long seed) {
        Random random = new Random(seed);
        SmallLanguage drafter = new SmallLanguage(seed + 100);

        emitsTheTargetsTexts(seed, random, () -> drawn(drafter, random));
    }

    private static void emitsTheTargetsTexts(long seed, Random random, Supplier<TokenTree> drafts) {
        SmallLanguage target = new SmallLanguage(seed);
        long[] counts = new long[target.ofThree().length];
        for (int i = 0; i < 30_000; i++) {
            TokenTree tree = drafts.get();
            AcceptedPath path = verify(tree, target, random.doubles(20).toArray());
            counts[target.complete(path.tokens(tree), random)]++;
        }

        ChiSquare.assertFollows(counts, target.ofThree(), "seed " + seed);
    }

    /** One number per place, as an engine draws. */
    private static AcceptedPath verify(TokenTree tree, SmallLanguage target, double[] numbers) {
        int[] drawn = new int[tree.size() + 1];
        for (int node = 0; node <= tree.size(); node++) {
            double number = numbers[tree.depth(node)];
            drawn[node] = SmallLanguage.sample(target.after(tree.path(node)), number);
        }
        return DrawVerifier.verify(tree, drawn);
    }

    /** Two draws below every node, two deep. */
    private static TokenTree drawn(SmallLanguage drafter, Random random) {
        TokenTreeBuilder builder = TokenTree.builder(6);
        for (int parent = 0; parent <= builder.size(); parent++) {
            int[] text = builder.build().path(parent);
            for (int draw = 0; draw < 2 && text.length < 2; draw++) {
                int token = SmallLanguage.sample(drafter.after(text), random.nextDouble());
                if (builder.childWithToken(parent, token) < 0) {
                    builder.add(parent, token, -1);
                }
            }
        }
        return builder.build();
    }

    /** The target is a function of the text so far; decoding step by step must give the same. */
    @Property(tries = 500)
    void emitsWhatPlainDecodingWould(@ForAll long seed) {
        Random random = new Random(seed);
        int vocabulary = 3;
        IntUnaryOperator target = hash -> Math.floorMod((hash * 0x9E3779B9) >>> 7, vocabulary);
        TokenTree tree = Trees.random(random, 60, vocabulary);
        int[] best = new int[tree.size() + 1];
        for (int node = 0; node <= tree.size(); node++) {
            best[node] = target.applyAsInt(Arrays.hashCode(tree.path(node)));
        }

        AcceptedPath path = DrawVerifier.verify(tree, best);

        int[] emitted = path.tokens(tree);
        int[] plain = new int[0];
        for (int token : emitted) {
            assertThat(token)
                    .as("seed %d", seed)
                    .isEqualTo(target.applyAsInt(Arrays.hashCode(plain)));
            plain = Arrays.copyOf(plain, plain.length + 1);
            plain[plain.length - 1] = token;
        }
        assertThat(tree.childWithToken(path.last(), path.bonus()))
                .as("seed %d: nothing more could be accepted", seed)
                .isEqualTo(-1);
    }
}
