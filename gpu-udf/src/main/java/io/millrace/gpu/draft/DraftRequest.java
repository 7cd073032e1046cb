package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;

/**
 * A sequence to draft for, and how much is worth drafting.
 *
 * @param maxDepth the most tokens on a path, at least 1
 * @param maxNodes the most tokens in the tree, at least 1
 */
public record DraftRequest(Sequence sequence, int maxDepth, int maxNodes) {

    public DraftRequest {
        if (maxDepth < 1 || maxNodes < 1) {
            throw new IllegalArgumentException(
                    "maxDepth, maxNodes: %d, %d (expected: at least 1)"
                            .formatted(maxDepth, maxNodes));
        }
    }
}
