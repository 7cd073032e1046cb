package io.millrace.gpu.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.AcceptedPath;
import io.millrace.core.speculate.DrawVerifier;
import io.millrace.core.speculate.TokenTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Against models that are rules: the next token as a function of all before it. */
class LookaheadDrafterTest {

    private static final int[] PROMPT = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};

    private static final LookaheadSettings SMALL = new LookaheadSettings(4, 3, 2);

    private final LookaheadDrafter drafter = drafter(LookaheadSettings.DEFAULT);

    private static LookaheadDrafter drafter(LookaheadSettings sizes) {
        return new LookaheadDrafter(SpeculationSettings.of("lookahead").withLookahead(sizes));
    }

    @Test
    void draftsWhatItsWindowHasLearntOfTheModel() {
        // Depends on the last token alone, so what the window makes is true at every place.
        ToIntFunction<int[]> model = text -> (7 * text[text.length - 1] + 3) % 50;
        Sequence sequence = sequence(400);

        List<Integer> accepted = play(sequence, model, 60);

        assertThat(sequence.generatedTokens()).isEqualTo(plain(model, sequence));
        assertThat(accepted.subList(0, 3)).as("nothing is known yet").containsOnly(0);
        // The cycle of 7x + 3 modulo 50 was seen by then; each n-gram is right to its end.
        assertThat(accepted.subList(25, 50)).containsOnly(4);
    }

    @Test
    void answersLikeTheModelThatLooksFarBack() {
        ToIntFunction<int[]> model =
                text -> (text[text.length - 1] + 3 * text[text.length - 5] + text.length / 9) % 11;
        Sequence sequence = sequence(120);

        List<Integer> accepted = play(sequence, model, 90);

        assertThat(sequence.generatedTokens()).isEqualTo(plain(model, sequence));
        assertThat(accepted.stream().mapToInt(Integer::intValue).sum()).isPositive();
    }

    @Test
    void windowIsATreeWhoseColumnsHangFromItsFirstRow() {
        LookaheadDrafter small = drafter(SMALL);
        Sequence sequence = sequence(50);

        TokenTree tree = small.widen(sequence, TokenTree.empty(), 20);

        // Row 0: columns start at positions 0, 4 and 8 of the prompt, the first is the last token.
        assertThat(tree.size()).isEqualTo(small.shape().extraTokens()).isEqualTo(8);
        int first = tree.childWithToken(0, 5);
        int second = tree.childWithToken(first, 5);
        assertThat(tree.depth(second)).isEqualTo(2);
        assertThat(tree.path(tree.childWithToken(tree.childWithToken(0, 1), 4)))
                .containsExactly(1, 4);
        assertThat(tree.path(tree.childWithToken(tree.childWithToken(first, 9), 2)))
                .containsExactly(5, 9, 2);
        assertThat(tree.path(tree.childWithToken(tree.childWithToken(second, 3), 5)))
                .containsExactly(5, 5, 3, 5);
    }

    @Test
    void addsNothingDeeperThanTheAnswerMayGrow() {
        for (int depth = 0; depth < 12; depth++) {
            Sequence sequence = sequence(50);
            TokenTree tree = drafter.widen(sequence, TokenTree.empty(), depth);

            assertThat(tree.maxDepth()).isEqualTo(Math.min(depth, 9));
            drafter.drawn(sequence, tree, new int[tree.size() + 1]);
            drafter.forget(sequence);
        }
    }

    @Test
    void sharesTheNodesThatAreVerifiedAnyway() {
        LookaheadDrafter small = drafter(SMALL);
        TokenTree chosen = TokenTree.chain(new int[] {5, 5, 7}, new float[] {-1, -1, -1});

        TokenTree tree = small.widen(sequence(50), chosen, 20);

        assertThat(tree.size()).isEqualTo(3 + 8 - 2);
        assertThat(Arrays.copyOf(tree.tokens(), 3)).containsExactly(5, 5, 7);
    }

    @Test
    void keepsTheLatestGuessesOfAToken() {
        NgramPool pool = new NgramPool(2);
        pool.add(1, new int[] {2, 3});
        pool.add(1, new int[] {4, 5});
        pool.add(1, new int[] {2, 3});
        pool.add(1, new int[] {2, 6});

        TokenTree tree = pool.draft(1, 9);

        assertThat(tree.size()).isEqualTo(3);
        int shared = tree.childWithToken(0, 2);
        assertThat(tree.token(tree.child(shared, 0))).as("the latest first").isEqualTo(6);
        assertThat(tree.childWithToken(shared, 3)).isPositive();
        assertThat(pool.draft(1, 1).tokens()).containsExactly(2);
        assertThat(pool.draft(2, 9).isEmpty()).isTrue();
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThatThrownBy(() -> new LookaheadSettings(2, 7, 7))
                .hasMessage("engine.speculation.lookahead.ngram: 2 (expected: 3 to 10)");
    }

    /** Speculates step by step; how many drafted tokens each step has accepted. */
    private List<Integer> play(Sequence sequence, ToIntFunction<int[]> model, int steps) {
        List<Integer> accepted = new ArrayList<>();
        for (int step = 0; step < steps && sequence.maxRemaining() > 1; step++) {
            int room = sequence.maxRemaining() - 1;
            DraftRequest request = new DraftRequest(sequence, Math.min(4, room), 28);
            TokenTree chosen = drafter.draft(List.of(request)).get(0);
            TokenTree tree = drafter.widen(sequence, chosen, room);
            assertThat(tree.size() - chosen.size()).isBetween(0, drafter.shape().extraTokens());
            int[] drawn = new int[tree.size() + 1];
            int[] text = Arrays.copyOf(sequence.tokens(), sequence.length());
            for (int node = 0; node <= tree.size(); node++) {
                drawn[node] = model.applyAsInt(joined(text, tree.path(node)));
            }
            AcceptedPath path = DrawVerifier.verify(tree, drawn);
            drafter.drawn(sequence, tree, drawn);
            for (int token : path.tokens(tree)) {
                sequence.append(token);
            }
            accepted.add(path.accepted());
        }
        return accepted;
    }

    private static int[] plain(ToIntFunction<int[]> model, Sequence sequence) {
        int[] text = PROMPT;
        for (int i = 0; i < sequence.generatedLength(); i++) {
            text = joined(text, model.applyAsInt(text));
        }
        return Arrays.copyOfRange(text, PROMPT.length, text.length);
    }

    private static int[] joined(int[] left, int... right) {
        int[] all = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, all, left.length, right.length);
        return all;
    }

    private static Sequence sequence(int maxTokens) {
        return new Sequence(
                "sequence",
                PROMPT,
                new int[0],
                maxTokens,
                LengthEstimate.atMost(maxTokens),
                Service.DEFAULT,
                0);
    }
}
