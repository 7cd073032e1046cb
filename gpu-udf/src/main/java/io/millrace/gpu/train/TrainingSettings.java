package io.millrace.gpu.train;

import org.jspecify.annotations.Nullable;

/**
 * How heads are trained.
 *
 * @param depth Medusa heads, or levels at which an EAGLE layer sees its own outputs
 * @param answerTokens the most tokens that the model answers a prompt with
 * @param epochs passes over the answers
 * @param maxSteps steps instead of epochs; 0 for epochs
 * @param learningRate the highest: it rises over the first 5 % of steps and falls along a cosine
 * @param batchTokens tokens of a step; what is longer is cut
 * @param vocabulary how many of the words that are most frequent in the answers are scored; 0 for
 *     all
 * @param heldOut share of the exchanges that are not learnt from but measured on
 * @param seed of the split, the order and the first weights
 * @param from directory of heads to train further; null to begin anew
 */
public record TrainingSettings(
        HeadKind kind,
        int depth,
        int answerTokens,
        int epochs,
        int maxSteps,
        double learningRate,
        int batchTokens,
        int vocabulary,
        double heldOut,
        long seed,
        @Nullable String from) {

    public TrainingSettings {
        check(depth >= 1 && depth <= 16, "depth", depth, "1 to 16");
        check(answerTokens >= 4, "answer-tokens", answerTokens, "4 or more");
        check(epochs >= 1, "epochs", epochs, "1 or more");
        check(maxSteps >= 0, "steps", maxSteps, "0 (go by epochs) or more");
        check(
                learningRate > 0 && learningRate < 1,
                "learning-rate",
                learningRate,
                "above 0, below 1");
        check(batchTokens >= 16, "batch-tokens", batchTokens, "16 or more");
        check(vocabulary >= 0, "vocabulary", vocabulary, "0 (all) or more");
        check(heldOut > 0 && heldOut < 1, "held-out", heldOut, "above 0, below 1");
    }

    private static void check(boolean valid, String name, Object value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + rule + ")");
        }
    }
}
