package io.millrace.gpu.draft;

import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.FixedPlanner;
import io.millrace.core.speculate.GoodputPlanner;
import io.millrace.core.speculate.PlannerSettings;
import io.millrace.core.speculate.SpeculationPlanner;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an engine speculates.
 *
 * @param method a name of {@link Drafters}, or {@link #NONE}
 * @param draft directory of the drafter's weights; null where the method needs none
 * @param maxDepth the most tokens drafted one after the other
 * @param maxNodes the most tokens drafted per sequence and step
 * @param branching of a tree: tokens tried after each
 * @param vocabulary how many of the most frequent words a drafter with a head of its own scores; 0
 *     for all
 * @param planner who decides in every step how much of that is drafted
 * @param lookahead the sizes of lookahead
 */
public record SpeculationSettings(
        String method,
        @Nullable String draft,
        int maxDepth,
        int maxNodes,
        int branching,
        int vocabulary,
        Planner planner,
        LookaheadSettings lookahead)
        implements Serializable {

    /** No speculation. */
    public static final String NONE = "none";

    /** A name of {@link Drafters}: the planner picks among what there is. */
    public static final String AUTO = "auto";

    /** Who decides how much is drafted. */
    public enum Planner {
        /** Weighs expected tokens against measured time; may draft nothing. */
        GOODPUT,
        /** Always drafts all that is allowed. */
        FIXED
    }

    /** Decodes plainly. */
    public static final SpeculationSettings OFF = of(NONE, null);

    public SpeculationSettings {
        check(
                method.equals(NONE) || method.equals(AUTO) || Drafters.names().contains(method),
                "engine.speculation.method",
                method,
                NONE + ", " + AUTO + ", " + String.join(", ", Drafters.names()));
        check(maxDepth >= 1 && maxDepth <= 32, "engine.speculation.max-depth", maxDepth, "1 to 32");
        check(
                maxNodes >= 1 && maxNodes <= 255,
                "engine.speculation.max-nodes",
                maxNodes,
                "1 to 255");
        check(
                branching >= 1 && branching <= 64,
                "engine.speculation.branching",
                branching,
                "1 to 64");
        check(vocabulary >= 0, "engine.speculation.vocabulary", vocabulary, "0 (all) or more");
    }

    /** A method with EAGLE-2's depth, 7, branching, 10, and size, 60. */
    public static SpeculationSettings of(String method, @Nullable String draft) {
        return new SpeculationSettings(
                method, draft, 7, 60, 10, 0, Planner.GOODPUT, LookaheadSettings.DEFAULT);
    }

    /**
     * A new planner.
     *
     * @param drafters what there is to choose from; may be empty
     */
    public SpeculationPlanner planner(List<DraftShape> drafters) {
        if (drafters.isEmpty()) {
            return new FixedPlanner(DraftShape.oneCall(NONE, 1, 1), 0, 1);
        }
        DraftShape first = drafters.get(0);
        return planner == Planner.FIXED
                ? new FixedPlanner(first, first.maxDepth(), first.maxNodes())
                : new GoodputPlanner(PlannerSettings.DEFAULT, drafters);
    }

    /** The same with trees of another size. */
    public SpeculationSettings withTree(int depth, int nodes, int children) {
        return new SpeculationSettings(
                method, draft, depth, nodes, children, vocabulary, planner, lookahead);
    }

    /** The same with another number of words that are scored. */
    public SpeculationSettings withVocabulary(int words) {
        return new SpeculationSettings(
                method, draft, maxDepth, maxNodes, branching, words, planner, lookahead);
    }

    /** The same with another planner. */
    public SpeculationSettings withPlanner(Planner other) {
        return new SpeculationSettings(
                method, draft, maxDepth, maxNodes, branching, vocabulary, other, lookahead);
    }

    /** The same with other sizes of lookahead. */
    public SpeculationSettings withLookahead(LookaheadSettings other) {
        return new SpeculationSettings(
                method, draft, maxDepth, maxNodes, branching, vocabulary, planner, other);
    }

    /** Whether anything is drafted. */
    public boolean enabled() {
        return !method.equals(NONE);
    }

    /**
     * The draft's directory.
     *
     * @throws IllegalArgumentException if none is named
     */
    Path requireDraft() {
        if (draft == null) {
            throw new IllegalArgumentException(
                    "engine.speculation.draft: not set (expected: the directory of weights that"
                            + " engine.speculation.method "
                            + method
                            + " needs)");
        }
        return Path.of(draft);
    }

    private static void check(boolean valid, String key, Object value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + rule + ")");
        }
    }
}
