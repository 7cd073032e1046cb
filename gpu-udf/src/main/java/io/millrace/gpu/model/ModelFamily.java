package io.millrace.gpu.model;

import java.util.Set;

/**
 * Models that share an architecture: what sets them apart from plain Llama, and where their weights
 * are. To serve another family, write one and add it to {@link ModelFamilies}. Stateless.
 */
interface ModelFamily {

    /** How {@link ModelConfig#family()} names it. */
    String name();

    /** {@code model_type}s in config.json that it serves. */
    Set<String> modelTypes();

    /** {@code general.architecture}s of GGUF files that it serves. */
    Set<String> ggufArchitectures();

    /** What config.json says of the layers. */
    DecoderTraits traits(JsonFields config);

    /** What a GGUF file says of the layers. */
    DecoderTraits traits(GgufFile file);

    /** Whether GGUF files hold the rows of q and k in rotating pairs. */
    boolean pairedInGguf();

    /** The tensor of a weight; the layer is ignored for weights outside the layers. */
    default String tensorName(WeightRole role, int layer, CheckpointFormat format) {
        return role.nameIn(format, layer);
    }
}
