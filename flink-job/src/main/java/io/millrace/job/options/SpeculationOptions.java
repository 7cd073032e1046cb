package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.millrace.gpu.draft.SpeculationSettings;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of speculative decoding: who drafts, and how much. */
@PublicEvolving
public final class SpeculationOptions {

    public static final ConfigOption<String> METHOD =
            key("engine.speculation.method")
                    .stringType()
                    .defaultValue("none")
                    .withDescription(
                            "How tokens are drafted that the model then verifies many at a time;"
                                    + " answers stay what they are without. none, or a method of"
                                    + " docs/speculation.md.");

    public static final ConfigOption<List<String>> DRAFT =
            key("engine.speculation.draft")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Directory of the drafter's weights, readable wherever the engine"
                                    + " runs; only for methods that have weights. draft-model"
                                    + " merges the trees of several, auto picks among several.");

    public static final ConfigOption<Integer> MAX_DEPTH =
            key("engine.speculation.max-depth")
                    .intType()
                    .defaultValue(7)
                    .withDescription("The most tokens drafted one after the other, 1 to 32.");

    public static final ConfigOption<Integer> MAX_NODES =
            key("engine.speculation.max-nodes")
                    .intType()
                    .defaultValue(60)
                    .withDescription(
                            "The most tokens drafted per sequence and step, 1 to 255. The planner"
                                    + " takes fewer where more would not pay.");

    public static final ConfigOption<Integer> BRANCHING =
            key("engine.speculation.branching")
                    .intType()
                    .defaultValue(10)
                    .withDescription(
                            "Tokens that a drafter of trees tries at each place, 1 to 64.");

    public static final ConfigOption<String> TREE =
            key("engine.speculation.tree")
                    .stringType()
                    .defaultValue(SpeculationSettings.CONFIDENCE)
                    .withDescription(
                            "How Medusa's tree is built: confidence, from what the heads say in"
                                    + " every step, or a published static tree, see"
                                    + " docs/speculation.md.");

    public static final ConfigOption<Acceptance> ACCEPTANCE =
            key("engine.speculation.acceptance")
                    .enumType(Acceptance.class)
                    .defaultValue(Acceptance.LOSSLESS)
                    .withDescription(
                            "Which drafted tokens are kept: lossless keeps what the model itself"
                                    + " draws. typical (Medusa's typical acceptance) also keeps"
                                    + " what it finds plausible: it IS NOT LOSSLESS, answers of"
                                    + " requests with a temperature no longer follow the model's"
                                    + " distribution and depend on what was drafted. Greedy"
                                    + " answers stay what they are.");

    public static final ConfigOption<Double> TYPICAL_EPSILON =
            key("engine.speculation.typical.epsilon")
                    .doubleType()
                    .defaultValue(0.09)
                    .withDescription(
                            "With typical acceptance: a token more probable than this is kept,"
                                    + " above 0, at most 1.");

    public static final ConfigOption<Double> TYPICAL_DELTA =
            key("engine.speculation.typical.delta")
                    .doubleType()
                    .defaultValue(0.3)
                    .withDescription(
                            "With typical acceptance: where the model is unsure, a token more"
                                    + " probable than this times exp(-entropy) is kept, above 0,"
                                    + " at most 1.");

    public static final ConfigOption<Integer> VOCABULARY =
            key("engine.speculation.vocabulary")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "How many words a drafter scores, the most frequent ones by the list"
                                    + " beside its weights; 0 for all. Fewer make drafting cheap"
                                    + " where the vocabulary is large; any word can still be"
                                    + " answered.");

    public static final ConfigOption<SpeculationSettings.Planner> PLANNER =
            key("engine.speculation.planner")
                    .enumType(SpeculationSettings.Planner.class)
                    .defaultValue(SpeculationSettings.Planner.GOODPUT)
                    .withDescription(
                            "Who decides in every step how much to draft: goodput weighs expected"
                                    + " tokens against measured time and may draft nothing, fixed"
                                    + " always drafts all that is allowed, to measure a drafter.");

    public static final ConfigOption<Integer> LOOKAHEAD_NGRAM =
            key("engine.speculation.lookahead.ngram")
                    .intType()
                    .defaultValue(5)
                    .withDescription(
                            "Tokens of the n-grams that lookahead collects (its N), 3 to 10; all"
                                    + " but the first of them are drafted.");

    public static final ConfigOption<Integer> LOOKAHEAD_WINDOW =
            key("engine.speculation.lookahead.window")
                    .intType()
                    .defaultValue(7)
                    .withDescription(
                            "Places that lookahead guesses at once (its W), 1 to 25: with n-grams"
                                    + " of N tokens, W * (N - 1) - 1 tokens more per sequence and"
                                    + " step. An accelerator that is idle affords more.");

    public static final ConfigOption<Integer> LOOKAHEAD_GUESSES =
            key("engine.speculation.lookahead.guesses")
                    .intType()
                    .defaultValue(7)
                    .withDescription(
                            "n-grams with the same first token that lookahead keeps, and verifies"
                                    + " in a step (its G), 1 to 25.");

    /** Which drafted tokens are kept. */
    public enum Acceptance {
        /** What the model draws. */
        LOSSLESS,
        /** What it finds plausible. */
        TYPICAL
    }

    private SpeculationOptions() {}
}
