package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Drafts and verifies the same in every step, whatever it costs: to measure a drafter, and what a
 * planner that thinks is measured against. One thread.
 */
public final class FixedPlanner implements SpeculationPlanner {

    private static final RequestHistory NOTHING = new RequestHistory();

    private final DraftShape drafter;
    private final int depth;
    private final int nodes;
    private boolean enabled = true;
    private int maxNodes;

    /**
     * A planner of one depth.
     *
     * @param drafter the only one
     * @param depth of every draft; 0 never drafts
     * @param nodes the most that are verified of one draft
     */
    public FixedPlanner(DraftShape drafter, int depth, int nodes) {
        check(
                depth >= 0 && depth <= drafter.maxDepth(),
                "depth",
                depth,
                "0 to " + drafter.maxDepth());
        check(
                nodes >= depth && nodes <= drafter.maxNodes(),
                "nodes",
                nodes,
                depth + " to " + drafter.maxNodes());
        this.drafter = drafter;
        this.depth = depth;
        this.nodes = nodes;
    }

    /** Whom it plans for. */
    public DraftShape drafter() {
        return drafter;
    }

    @Override
    public RequestHistory newRequest() {
        return NOTHING;
    }

    @Override
    public DraftPlan plan(StepLoad load) {
        maxNodes = load.maxNodes();
        return enabled && depth > 0 && load.canSpeculate()
                ? new DraftPlan(0, depth, nodes, load.eligible())
                : DraftPlan.PLAIN;
    }

    @Override
    public List<TokenTree> choose(List<RequestHistory> requests, List<TokenTree> drafts) {
        List<TokenTree> chosen = new ArrayList<>(drafts.size());
        int room = maxNodes;
        for (int i = 0; i < drafts.size(); i++) {
            int share = room / (drafts.size() - i);
            TokenTree tree = drafts.get(i).prune(Math.min(nodes, share));
            room -= tree.size();
            chosen.add(tree);
        }
        return chosen;
    }

    @Override
    public void emitted(RequestHistory request, TokenTree draft, int[] tokens) {}

    @Override
    public void finished(StepTimes times) {}

    @Override
    public void disable(int failed) {
        check(failed == 0, "drafter", failed, "0, the only one");
        enabled = false;
    }
}
