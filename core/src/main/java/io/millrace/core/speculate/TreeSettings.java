package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * The size of a dynamic tree (EAGLE-2, section 4).
 *
 * @param topK children that the drafter proposes below a node, and nodes that are expanded at each
 *     level
 * @param depth levels that are expanded after the root's children: drafter calls, and one less than
 *     the deepest node's depth
 * @param total drafted tokens that remain after re-ranking, without the root
 */
public record TreeSettings(int topK, int depth, int total) {

    public TreeSettings {
        check(topK >= 1, "topK", topK, "at least 1");
        check(depth >= 0, "depth", depth, "at least 0");
        check(total >= 1, "total", total, "at least 1");
    }
}
