package io.millrace.gpu.model;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder: all that a program must know to run it. Immutable. The activation is SiLU
 * in every family served.
 *
 * @param family as in {@link ModelFamilies}
 * @param heads of queries; a multiple of {@code kvHeads}
 * @param kvHeads of keys and values
 * @param contextLength the most positions that the model was made for
 * @param tiedEmbeddings whether the head's weights are the embedding's
 * @param bosId null if the model names none
 * @param eosIds ids that end a generation; may be empty
 */
public record ModelConfig(
        String family,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int vocabularySize,
        int contextLength,
        double rmsNormEpsilon,
        Rope rope,
        DecoderTraits traits,
        boolean tiedEmbeddings,
        @Nullable Integer bosId,
        List<Integer> eosIds) {

    public ModelConfig {
        positive("hidden size", hiddenSize);
        positive("intermediate size", intermediateSize);
        positive("layers", layers);
        positive("heads", heads);
        positive("key-value heads", kvHeads);
        positive("vocabulary size", vocabularySize);
        positive("context length", contextLength);
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "heads: %d (expected: a multiple of the %d key-value heads)"
                            .formatted(heads, kvHeads));
        }
        if (headDim != rope.dimension()) {
            throw new IllegalArgumentException(
                    "rotary dimensions: %d (expected: %d, all of a head)"
                            .formatted(rope.dimension(), headDim));
        }
        if (!(rmsNormEpsilon > 0 && rmsNormEpsilon < 1)) {
            throw new IllegalArgumentException(
                    "rms_norm_eps: " + rmsNormEpsilon + " (expected: above 0, below 1)");
        }
        eosIds = List.copyOf(eosIds);
        for (int id : eosIds) {
            inVocabulary("eos_token_id (of generation_config.json, if there)", id, vocabularySize);
        }
        if (bosId != null) {
            inVocabulary("bos_token_id", bosId, vocabularySize);
        }
    }

    /** The rows of the query projection. */
    public int querySize() {
        return heads * headDim;
    }

    /** The rows of the key projection, and of the value projection. */
    public int kvSize() {
        return kvHeads * headDim;
    }

    /** The id that begins a text, if the model has one. */
    public OptionalInt bos() {
        return bosId == null ? OptionalInt.empty() : OptionalInt.of(bosId);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
        }
    }

    private static void inVocabulary(String name, int id, int vocabularySize) {
        if (id < 0 || id >= vocabularySize) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: below the vocabulary size %d)"
                            .formatted(name, id, vocabularySize));
        }
    }
}
