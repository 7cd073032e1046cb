package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FixedPlannerTest {

    private static final DraftShape SHAPE = DraftShape.oneCall("medusa", 3, 10);
    private static final TokenTree CHAIN = TokenTree.chain(new int[] {1, 2, 3}, new float[3]);

    private final FixedPlanner planner = new FixedPlanner(SHAPE, 3, 3);
    private final RequestHistory request = planner.newRequest();

    @Test
    void plansTheSameForEveryLoadThatHasRoom() {
        assertThat(planner.plan(new StepLoad(4, 2, 0, 100, 99)))
                .isEqualTo(new DraftPlan(0, 3, 3, 2));
        assertThat(planner.plan(new StepLoad(4, 0, 0, 100, 99))).isEqualTo(DraftPlan.PLAIN);
        assertThat(planner.plan(new StepLoad(4, 2, 0, 100, 0))).isEqualTo(DraftPlan.PLAIN);
    }

    @Test
    void sharesTheRoomEvenly() {
        planner.plan(new StepLoad(2, 2, 0, 100, 5));

        assertThat(planner.choose(List.of(request, request), List.of(CHAIN, CHAIN)))
                .extracting(TokenTree::size)
                .containsExactly(2, 3);
    }

    @Test
    void plansNothingForADrafterThatFailed() {
        planner.disable(0);

        assertThat(planner.plan(new StepLoad(4, 2, 0, 100, 99)).isPlain()).isTrue();
    }

    @Test
    void refusesWhatTheDrafterCannotDraft() {
        assertThatThrownBy(() -> new FixedPlanner(SHAPE, 4, 4))
                .hasMessage("depth: 4 (expected: 0 to 3)");
        assertThatThrownBy(() -> new FixedPlanner(SHAPE, 3, 2))
                .hasMessage("nodes: 2 (expected: 3 to 10)");
    }

    @Test
    void foreseesTheCallsOfADrafter() {
        DraftShape levels = DraftShape.callPerLevel("eagle", 7, 60, 10);

        assertThat(levels.calls(3)).isEqualTo(3);
        assertThat(levels.tokens(3, 4)).isEqualTo(84);
        assertThat(levels.tokens(0, 4)).isZero();
        assertThat(SHAPE.calls(3)).isEqualTo(1);
        assertThat(SHAPE.tokens(3, 4)).isEqualTo(4);
    }
}
