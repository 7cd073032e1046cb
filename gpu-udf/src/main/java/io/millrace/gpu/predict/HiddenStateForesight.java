package io.millrace.gpu.predict;

import io.millrace.core.predict.LengthQuantiles;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;
import java.util.function.Function;

/**
 * Predicts from the model's own hidden state of the prompt's last token, which the step that
 * computed the prompt has left in the pool (ProD, 2604.07931): first as soon as there is one, then
 * again as the answer grows, since those that are still running are the long ones. For the engine's
 * thread.
 */
final class HiddenStateForesight implements Foresight {

    private static final int EVERY_TOKENS = 50;

    private final Function<long[], float[]> states;
    private final QuantileNetwork network;

    /**
     * Predicts.
     *
     * @param states what the decoder stored of slots of the pool, [slots, hidden]
     */
    HiddenStateForesight(Function<long[], float[]> states, QuantileNetwork network) {
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
        int generated = sequence.generatedLength();
        float[] state = states.apply(new long[] {sequence.blocks().slot(prompt - 1)});
        double[] remaining = network.remaining(Features.of(state, prompt, generated));
        return LengthQuantiles.estimate(remaining, generated, sequence.maxTokens());
    }

    @Override
    public void ended(Sequence sequence) {
        // Trained before; what it says does not change.
    }
}
