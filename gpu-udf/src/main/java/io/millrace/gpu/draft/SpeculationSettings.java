package io.millrace.gpu.draft;

import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.FixedPlanner;
import io.millrace.core.speculate.GoodputPlanner;
import io.millrace.core.speculate.MedusaChoices;
import io.millrace.core.speculate.PlannerSettings;
import io.millrace.core.speculate.SpeculationPlanner;
import io.millrace.core.speculate.TypicalAcceptance;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How an engine speculates.
 *
 * @param method a name of {@link Drafters}, or {@link #NONE}
 * @param drafts directories of drafters' weights; several for {@code draft-model}, which merges
 *     their trees, and for {@link #AUTO}, which picks among them; empty where the method needs none
 * @param maxDepth the most tokens drafted one after the other
 * @param maxNodes the most tokens drafted per sequence and step
 * @param branching of a tree: tokens tried after each
 * @param tree how Medusa's tree is built: {@link #CONFIDENCE}, or a name of {@link MedusaChoices}
 * @param vocabulary how many of the most frequent words a drafter with a head of its own scores; 0
 *     for all
 * @param planner who decides in every step how much of that is drafted
 * @param lookahead the sizes of lookahead
 * @param typical keeps what the model finds plausible, which is not lossless; null for lossless
 *     verification
 */
public record SpeculationSettings(
        String method,
        List<String> drafts,
        int maxDepth,
        int maxNodes,
        int branching,
        String tree,
        int vocabulary,
        Planner planner,
        LookaheadSettings lookahead,
        @Nullable TypicalAcceptance typical)
        implements Serializable {

    /** No speculation. */
    public static final String NONE = "none";

    /** A name of {@link Drafters}: the planner picks among what there is. */
    public static final String AUTO = "auto";

    /** A tree of what Medusa's heads are confident of in this very step. */
    public static final String CONFIDENCE = "confidence";

    /** Who decides how much is drafted. */
    public enum Planner {
        /** Weighs expected tokens against measured time; may draft nothing. */
        GOODPUT,
        /** Always drafts all that is allowed. */
        FIXED
    }

    /** Decodes plainly. */
    public static final SpeculationSettings OFF = of(NONE);

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
        check(
                tree.equals(CONFIDENCE) || MedusaChoices.names().contains(tree),
                "engine.speculation.tree",
                tree,
                CONFIDENCE + ", " + String.join(", ", MedusaChoices.names()));
        drafts = List.copyOf(drafts);
        check(vocabulary >= 0, "engine.speculation.vocabulary", vocabulary, "0 (all) or more");
    }

    /** A method with EAGLE-2's depth, 7, branching, 10, and size, 60. */
    public static SpeculationSettings of(String method, String... drafts) {
        return new SpeculationSettings(
                method,
                List.of(drafts),
                7,
                60,
                10,
                CONFIDENCE,
                0,
                Planner.GOODPUT,
                LookaheadSettings.DEFAULT,
                null);
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
        return with(
                copy -> {
                    copy.maxDepth = depth;
                    copy.maxNodes = nodes;
                    copy.branching = children;
                });
    }

    /** The same with Medusa's tree built so: {@link #CONFIDENCE} or a published one. */
    public SpeculationSettings withTree(String name) {
        return with(copy -> copy.tree = name);
    }

    /** The same with another number of words that are scored. */
    public SpeculationSettings withVocabulary(int words) {
        return with(copy -> copy.vocabulary = words);
    }

    /** The same with another planner. */
    public SpeculationSettings withPlanner(Planner other) {
        return with(copy -> copy.planner = other);
    }

    /** The same with other sizes of lookahead. */
    public SpeculationSettings withLookahead(LookaheadSettings other) {
        return with(copy -> copy.lookahead = other);
    }

    /** The same with typical acceptance, which is not lossless. */
    public SpeculationSettings withTypicalAcceptance(TypicalAcceptance rule) {
        return with(copy -> copy.typical = rule);
    }

    /** The method for reports, with what it does to answers if it does anything. */
    public String description() {
        return method + (enabled() && typical != null ? ", typical acceptance (not lossless)" : "");
    }

    /** Whether anything is drafted. */
    public boolean enabled() {
        return !method.equals(NONE);
    }

    /** The same with one draft. */
    SpeculationSettings withDraft(String directory) {
        return with(copy -> copy.drafts = List.of(directory));
    }

    /**
     * The draft's directory, of a method that takes one.
     *
     * @throws IllegalArgumentException if none or several are named
     */
    Path requireDraft() {
        check(
                drafts.size() == 1,
                "engine.speculation.draft",
                drafts.isEmpty() ? "not set" : String.join("; ", drafts),
                "the one directory of weights that engine.speculation.method " + method + " needs");
        return Path.of(drafts.get(0));
    }

    /**
     * Medusa's static tree for so many heads, a tree for every depth from 1; empty if trees are
     * built by confidence.
     */
    List<MedusaChoices> staticTrees(int heads) {
        if (tree.equals(CONFIDENCE)) {
            return List.of();
        }
        MedusaChoices whole = MedusaChoices.named(tree);
        return IntStream.rangeClosed(1, heads).mapToObj(whole::withHeads).toList();
    }

    private SpeculationSettings with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.settings();
    }

    /** The settings while some of them change. */
    private static final class Copy {
        private final String method;
        private List<String> drafts;
        private int maxDepth;
        private int maxNodes;
        private int branching;
        private String tree;
        private int vocabulary;
        private Planner planner;
        private LookaheadSettings lookahead;
        private @Nullable TypicalAcceptance typical;

        Copy(SpeculationSettings from) {
            method = from.method;
            drafts = from.drafts;
            maxDepth = from.maxDepth;
            maxNodes = from.maxNodes;
            branching = from.branching;
            tree = from.tree;
            vocabulary = from.vocabulary;
            planner = from.planner;
            lookahead = from.lookahead;
            typical = from.typical;
        }

        SpeculationSettings settings() {
            return new SpeculationSettings(
                    method,
                    drafts,
                    maxDepth,
                    maxNodes,
                    branching,
                    tree,
                    vocabulary,
                    planner,
                    lookahead,
                    typical);
        }
    }

    private static void check(boolean valid, String key, Object value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + rule + ")");
        }
    }
}
