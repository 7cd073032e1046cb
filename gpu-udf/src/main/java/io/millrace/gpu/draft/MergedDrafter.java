package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TreeMerge;
import java.util.ArrayList;
import java.util.List;

/**
 * Several drafters of one kind at once: the union of their trees is verified (SpecInfer,
 * 2305.09781, section 4.1), so that a token is found if one of them finds it.
 */
final class MergedDrafter implements Drafter {

    private final List<Drafter> drafters;
    private final DraftShape shape;

    /** Takes over drafters, at least one. */
    MergedDrafter(List<Drafter> drafters) {
        this.drafters = List.copyOf(drafters);
        DraftShape first = drafters.get(0).shape();
        int width = drafters.stream().mapToInt(drafter -> drafter.shape().width()).sum();
        this.shape =
                DraftShape.callPerLevel(first.name(), first.maxDepth(), first.maxNodes(), width);
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        List<List<TokenTree>> byDrafter =
                drafters.stream().map(drafter -> drafter.draft(requests)).toList();
        List<TokenTree> merged = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            int index = i;
            List<TokenTree> trees = byDrafter.stream().map(own -> own.get(index)).toList();
            merged.add(TreeMerge.of(trees).prune(requests.get(i).maxNodes()));
        }
        return merged;
    }

    @Override
    public void forget(Sequence sequence) {
        drafters.forEach(drafter -> drafter.forget(sequence));
    }

    @Override
    public void close() {
        drafters.forEach(Drafter::close);
    }
}
