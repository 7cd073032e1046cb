package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GreedyVerifierTest {

    @Test
    void emitsTheBonusAloneWhereNothingIsDrafted() {
        AcceptedPath path = GreedyVerifier.verify(TokenTree.empty(), new int[] {5});

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

        AcceptedPath path = GreedyVerifier.verify(tree, new int[] {2, 9, 4, 9, 6});

        assertThat(path).isEqualTo(new AcceptedPath(new int[] {2, 4}, 6));
        assertThat(path.tokens(tree)).containsExactly(2, 4, 6);
        assertThat(path.last()).isEqualTo(4);
    }

    @Test
    void refusesAnswersForOtherNodes() {
        assertThatThrownBy(() -> GreedyVerifier.verify(TokenTree.empty(), new int[2]))
                .hasMessage("best.length: 2 (expected: one token per node, 1)");
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

        AcceptedPath path = GreedyVerifier.verify(tree, best);

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
