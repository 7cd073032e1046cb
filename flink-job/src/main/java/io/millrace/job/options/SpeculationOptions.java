package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.millrace.gpu.draft.SpeculationSettings;
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

    public static final ConfigOption<String> DRAFT =
            key("engine.speculation.draft")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Directory of the drafter's weights, readable wherever the engine"
                                    + " runs; only for methods that have weights.");

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

    private SpeculationOptions() {}
}
