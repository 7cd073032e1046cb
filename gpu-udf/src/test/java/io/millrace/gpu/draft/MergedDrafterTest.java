package io.millrace.gpu.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedDrafterTest {

    private static final DraftShape SHAPE = DraftShape.callPerLevel("fake", 3, 9, 2);

    private final Fixed first = new Fixed(TokenTree.chain(new int[] {1, 2}, new float[] {-1, -1}));
    private final Fixed second =
            new Fixed(TokenTree.chain(new int[] {1, 3, 4}, new float[] {-0.5f, -1, -3}));
    private final Sequence sequence =
            new Sequence(
                    "key",
                    new int[] {1},
                    new int[0],
                    10,
                    LengthEstimate.atMost(10),
                    Service.DEFAULT,
                    0);

    @Test
    void draftsTheUnionWithinTheLimit() {
        try (MergedDrafter merged = new MergedDrafter(List.of(first, second))) {
            TokenTree all = merged.draft(List.of(new DraftRequest(sequence, 3, 9))).get(0);
            TokenTree best = merged.draft(List.of(new DraftRequest(sequence, 3, 3))).get(0);
            merged.forget(sequence);

            assertThat(all.size()).isEqualTo(4);
            int shared = all.childWithToken(0, 1);
            assertThat(all.score(shared)).isEqualTo(-0.5f);
            assertThat(all.childCount(shared)).isEqualTo(2);
            assertThat(best.size()).isEqualTo(3);
            assertThat(best.maxDepth()).isEqualTo(2);
            assertThat(merged.shape()).isEqualTo(DraftShape.callPerLevel("fake", 3, 9, 4));
        }

        assertThat(first.calls).containsExactly("forget", "close");
        assertThat(second.calls).containsExactly("forget", "close");
    }

    private static final class Fixed implements Drafter {
        private final TokenTree tree;
        private final List<String> calls = new ArrayList<>();

        Fixed(TokenTree tree) {
            this.tree = tree;
        }

        @Override
        public DraftShape shape() {
            return SHAPE;
        }

        @Override
        public List<TokenTree> draft(List<DraftRequest> requests) {
            return requests.stream().map(request -> tree).toList();
        }

        @Override
        public void forget(Sequence forgotten) {
            calls.add("forget");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
