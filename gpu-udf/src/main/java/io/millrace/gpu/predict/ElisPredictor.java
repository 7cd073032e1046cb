package io.millrace.gpu.predict;

import io.millrace.core.predict.LengthPredictor;
import io.millrace.core.predict.LengthQuantiles;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.gpu.model.ModelDirectory;
import java.nio.file.Path;

/**
 * Predicts from the text of the prompt, before the engine has seen it (ELIS, 2505.09142, section
 * 4.1). One thread only; a failure of the encoder is an {@link IllegalStateException}.
 */
public final class ElisPredictor implements LengthPredictor {

    private final EncodedText text;
    private final QuantileNetwork network;

    private ElisPredictor(EncodedText text, QuantileNetwork network) {
        this.text = text;
        this.network = network;
    }

    /**
     * Opens one for the calling thread.
     *
     * @param directory of a predictor of that kind, which was checked before
     * @param modelPath of the model that it is for
     * @throws IllegalStateException naming what cannot be loaded
     */
    public static ElisPredictor open(Path directory, Path modelPath) {
        ModelDirectory model = ModelDirectory.open(modelPath);
        PredictorFiles files = PredictorFiles.open(directory, model);
        return new ElisPredictor(
                EncodedText.open(model.tokenizerJson(), files.common()), files.network());
    }

    @Override
    public LengthEstimate predict(QueuedRequest request, int generated) {
        int[] prompt = request.promptTokens();
        float[] vector = text.vector(prompt, prompt.length, 0);
        double[] remaining = network.remaining(Features.of(vector, prompt.length, generated));
        return LengthQuantiles.estimate(remaining, generated, request.maxTokens());
    }

    @Override
    public void observe(QueuedRequest request, int outputTokens) {
        // Trained before; what it says does not change.
    }

    @Override
    public void close() {
        text.close();
    }
}
