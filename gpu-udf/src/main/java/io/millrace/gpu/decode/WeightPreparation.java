package io.millrace.gpu.decode;

import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;

/**
 * What happens to a model's tensors between its files and the engine's format: changes in place
 * that leave the model's function as it is, and what the format has to know of a product's inputs.
 * Called in the order of the methods, by one thread.
 */
interface WeightPreparation extends AutoCloseable {

    /**
     * What a product takes in.
     *
     * @param centres mean inputs [2, in] at later positions and at position 0; the caller closes it
     * @param block the orthogonal matrix by which the program turns blocks of the input, or empty
     */
    record Site(PtNDArray centres, PtNDArray block) {}

    /**
     * Changes the embedding [vocabulary, hidden].
     *
     * @param rotary cosines and sines [positions, head / 2]
     */
    void embedding(PtNDArray embedding, List<PtNDArray> rotary);

    /** The norm's weights where the matrices behind it do not contain them: else ones. */
    PtNDArray unfolded(PtNDArray finalNorm);

    /** Changes a layer; of each of its matrices the site, or nothing if no format asks. */
    List<Site> layer(LayerTensors layer, int index);

    /** The same for the head [vocabulary, hidden]. */
    List<Site> head(PtNDArray head, PtNDArray finalNorm);

    /** The residual stream is the model's own times this [hidden, hidden]; empty for the same. */
    PtNDArray basis();

    @Override
    void close();
}
