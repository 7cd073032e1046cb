package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BatchChoiceTest {

    private static final int SEQUENCES = 6;

    /** Against sorting all nodes by their probability and trying every number of them. */
    @Property(tries = 200)
    void findsWhatSortingWouldFind(@ForAll long seed) {
        Random random = new Random(seed);
        StepTimeModel target = new StepTimeModel();
        double tokenMs = Math.pow(10, -2 + 2 * random.nextDouble());
        for (int i = 0; i < 200; i++) {
            int tokens = 1 + random.nextInt(200);
            target.observe(1, tokens, 600, 10 + tokenMs * tokens);
        }
        int room = 1 + random.nextInt(200);
        StepCost cost = new StepCost(target, new StepLoad(SEQUENCES, SEQUENCES, 0, 600, room));
        DrafterState drafter = new DrafterState(DraftShape.oneCall("drafter", 9, 40));
        BatchChoice choice = new BatchChoice();
        List<TokenTree> drafts = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        choice.clear();
        for (int i = 0; i < SEQUENCES; i++) {
            RequestAcceptance request = drafter.acceptance().newRequest();
            TokenTree draft = Trees.random(random, 40, 5);
            drafts.add(draft);
            choice.add(request, draft, drafter);
            values.addAll(values(request, draft, drafter.acceptance()));
        }
        double draftMs = random.nextDouble();

        int count = choice.bestCount(cost, draftMs, 0);
        List<TokenTree> selected = choice.select(drafts, count);

        values.sort((a, b) -> Double.compare(b, a));
        double best = 0;
        double found = 0;
        double tokens = SEQUENCES;
        for (int n = 0; n <= Math.min(room, values.size()); n++) {
            tokens += n == 0 ? 0 : values.get(n - 1);
            double goodput = tokens / (draftMs + cost.verifyMs(n));
            best = Math.max(best, goodput);
            found = n == count ? goodput : found;
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(0.98 * best);
        assertThat(selected.stream().mapToInt(TokenTree::size).sum())
                .as("seed %d", seed)
                .isEqualTo(count);
    }

    /** Where time is a staircase, the best number of nodes lies inside a bin. */
    @Example
    void findsTheEdgeOfAStairInsideABin() {
        findsWhatSortingWouldFind(1506807);
    }

    private static List<Double> values(
            RequestAcceptance request, TokenTree draft, AcceptanceStatistics statistics) {
        double[] reached = new double[draft.size() + 1];
        reached[0] = 1;
        List<Double> values = new ArrayList<>();
        for (int node = 1; node <= draft.size(); node++) {
            reached[node] =
                    reached[draft.parent(node)]
                            * statistics.acceptance(
                                    request, draft.depth(node), draft.logProbability(node));
            values.add(reached[node]);
        }
        return values;
    }
}
