package io.millrace.gpu.predict;

import io.millrace.core.predict.LengthQuantiles;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;

/**
 * Predicts from the model's own hidden states, which the steps that computed prompt and answer have
 * left in the pool: first as soon as there is a token, then again as the answer grows. For the
 * engine's thread.
 */
final class HiddenStateForesight implements Foresight {

    private static final int EVERY_TOKENS = 50;

    private final StateVector states;
    private final QuantileNetwork network;

    HiddenStateForesight(StateVector states, QuantileNetwork network) {
        this.states = states;
        this.network = network;
    }

    @Override
    public int everyTokens() {
        return EVERY_TOKENS;
    }

    @Override
    public int firstAfterTokens() {
        return 1;
    }

    @Override
    public LengthEstimate estimate(Sequence sequence) {
        int prompt = sequence.promptLength();
        if (sequence.computed() < prompt) {
            // It lost its cache and reads its prompt again.
            return sequence.predicted();
        }
        // The latest token is not computed yet; it counts as one that remains.
        int answered = sequence.computed() - prompt;
        float[] vector = states.of(sequence, prompt, answered);
        double[] remaining = network.remaining(Features.of(vector, prompt, answered));
        return LengthQuantiles.estimate(remaining, answered, sequence.maxTokens());
    }

    @Override
    public void ended(Sequence sequence) {
        // Trained before; what it says does not change.
    }
}
