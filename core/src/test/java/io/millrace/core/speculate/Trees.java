package io.millrace.core.speculate;

import java.util.Random;

/** Random trees for tests. */
final class Trees {

    private Trees() {}

    /** A tree of up to {@code maxNodes} nodes over a small vocabulary. */
    static TokenTree random(Random random, int maxNodes, int vocabulary) {
        TokenTreeBuilder builder = TokenTree.builder(0);
        int attempts = random.nextInt(maxNodes + 1);
        for (int i = 0; i < attempts; i++) {
            int parent = random.nextInt(builder.size() + 1);
            int token = random.nextInt(vocabulary);
            if (builder.childWithToken(parent, token) < 0) {
                // Few distinct values, so that scores tie.
                builder.add(parent, token, -random.nextInt(4) / 2f);
            }
        }
        return builder.build();
    }

    static boolean isAncestorOrSelf(TokenTree tree, int ancestor, int node) {
        int at = node;
        while (at > ancestor) {
            at = tree.parent(at);
        }
        return at == ancestor;
    }
}
