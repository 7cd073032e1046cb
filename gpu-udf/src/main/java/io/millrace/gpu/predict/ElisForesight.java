package io.millrace.gpu.predict;

import io.millrace.core.predict.LengthQuantiles;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;

/**
 * Predicts a running answer anew from its text so far, every {@value #EVERY_TOKENS} tokens (ELIS,
 * 2505.09142, section 4.3). For the engine's thread.
 */
final class ElisForesight implements Foresight {

    private static final int EVERY_TOKENS = 50;

    private final EncodedText text;
    private final QuantileNetwork network;

    ElisForesight(EncodedText text, QuantileNetwork network) {
        this.text = text;
        this.network = network;
    }

    @Override
    public int everyTokens() {
        return EVERY_TOKENS;
    }

    @Override
    public LengthEstimate estimate(Sequence sequence) {
        int prompt = sequence.promptLength();
        int generated = sequence.generatedLength();
        float[] vector = text.vector(sequence.tokens(), prompt, generated);
        double[] remaining = network.remaining(Features.of(vector, prompt, generated));
        return LengthQuantiles.estimate(remaining, generated, sequence.maxTokens());
    }

    @Override
    public void ended(Sequence sequence) {
        // Trained before; what it says does not change.
    }

    @Override
    public void close() {
        text.close();
    }
}
