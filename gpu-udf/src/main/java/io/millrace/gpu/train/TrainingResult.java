package io.millrace.gpu.train;

import java.util.List;

/**
 * What a training came to.
 *
 * @param model that the heads are for
 * @param kind of heads
 * @param exchanges that were learnt from
 * @param answerTokens in those
 * @param steps that were learnt
 * @param words that the heads score
 * @param entropies mean cross-entropy of the first guess over each tenth of the steps, in nats
 * @param heldOut what the written heads are worth
 */
public record TrainingResult(
        String model,
        String kind,
        int exchanges,
        long answerTokens,
        int steps,
        int words,
        List<Double> entropies,
        HeldOut heldOut) {

    public TrainingResult {
        entropies = List.copyOf(entropies);
    }
}
