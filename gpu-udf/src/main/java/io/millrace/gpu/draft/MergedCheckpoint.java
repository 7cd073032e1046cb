package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.program.TorchType;
import java.util.ArrayList;
import java.util.List;

/**
 * Several draft models that draft together.
 *
 * @param drafts at least two
 */
record MergedCheckpoint(List<DraftCheckpoint> drafts) implements DraftCheckpoint {

    @Override
    public TargetFeatures features() {
        return Drafters.features(drafts);
    }

    @Override
    public long bytesPerBlock(int blockTokens, TorchType type) {
        return drafts.stream().mapToLong(draft -> draft.bytesPerBlock(blockTokens, type)).sum();
    }

    @Override
    public Drafter load(DraftContext context) {
        List<Drafter> loaded = new ArrayList<>();
        for (DraftCheckpoint draft : drafts) {
            loaded.add(draft.load(context));
        }
        return new MergedDrafter(loaded);
    }
}
