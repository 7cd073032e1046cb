package io.millrace.gpu.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds every weight of a model in its checkpoint and checks it, from the headers alone: it must be
 * there, of the right shape and of a readable type, and nothing may be there that would change the
 * result if it were left out.
 */
final class WeightLocator {

    /** Tensors that only repeat what the configuration says. */
    private static final List<String> IGNORED =
            List.of("rope_freqs.weight", ".rotary_emb.inv_freq", ".attn_rot_embd.weight");

    private final Path location;
    private final ModelFamily family;
    private final ModelConfig config;
    private final CheckpointFormat format;
    private final WeightSource source;
    private final Set<String> used = new HashSet<>();

    private WeightLocator(
            Path location,
            ModelFamily family,
            ModelConfig config,
            CheckpointFormat format,
            WeightSource source) {
        this.location = location;
        this.family = family;
        this.config = config;
        this.format = format;
        this.source = source;
    }

    static Weights locate(
            Path location,
            ModelFamily family,
            ModelConfig config,
            CheckpointFormat format,
            WeightSource source) {
        return new WeightLocator(location, family, config, format, source).locate();
    }

    private Weights locate() {
        Weight embedding = weight(WeightRole.EMBEDDING, 0);
        Weight norm = weight(WeightRole.FINAL_NORM, 0);
        Weight head = config.tiedEmbeddings() ? embedding : weight(WeightRole.HEAD, 0);
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(layer));
        }
        refuseUnused();
        return new Weights(embedding, norm, head, layers);
    }

    private LayerWeights layer(int layer) {
        DecoderTraits traits = config.traits();
        return new LayerWeights(
                weight(WeightRole.INPUT_NORM, layer),
                weight(WeightRole.QUERY, layer),
                weight(WeightRole.KEY, layer),
                weight(WeightRole.VALUE, layer),
                weight(WeightRole.OUTPUT, layer),
                weightIf(traits.queryKeyValueBias(), WeightRole.QUERY_BIAS, layer),
                weightIf(traits.queryKeyValueBias(), WeightRole.KEY_BIAS, layer),
                weightIf(traits.queryKeyValueBias(), WeightRole.VALUE_BIAS, layer),
                weightIf(traits.outputBias(), WeightRole.OUTPUT_BIAS, layer),
                weightIf(traits.queryKeyNorm(), WeightRole.QUERY_NORM, layer),
                weightIf(traits.queryKeyNorm(), WeightRole.KEY_NORM, layer),
                weight(WeightRole.POST_ATTENTION_NORM, layer),
                weight(WeightRole.GATE, layer),
                weight(WeightRole.UP, layer),
                weight(WeightRole.DOWN, layer),
                weightIf(traits.mlpBias(), WeightRole.GATE_BIAS, layer),
                weightIf(traits.mlpBias(), WeightRole.UP_BIAS, layer),
                weightIf(traits.mlpBias(), WeightRole.DOWN_BIAS, layer));
    }

    private @Nullable Weight weightIf(boolean present, WeightRole role, int layer) {
        return present ? weight(role, layer) : null;
    }

    private Weight weight(WeightRole role, int layer) {
        String name = family.tensorName(role, layer, format);
        long[] shape = role.shapeIn(config);
        if (!source.names().contains(name)) {
            throw ModelFormatException.of(
                    location, "tensor " + name, "missing", "shape " + Arrays.toString(shape));
        }
        TensorInfo info = source.info(name);
        if (!Arrays.equals(info.shape(), shape)) {
            throw ModelFormatException.of(
                    info.file(),
                    "tensor " + name + ": shape",
                    Arrays.toString(info.shape()),
                    Arrays.toString(shape));
        }
        if (!info.type().readable()) {
            throw ModelFormatException.of(
                    info.file(),
                    "tensor " + name + ": type",
                    info.type(),
                    "one of " + TensorType.readableNames());
        }
        used.add(name);
        return new Weight(role, source, info, pairedHeads(role));
    }

    private int pairedHeads(WeightRole role) {
        if (format != CheckpointFormat.GGUF || !family.pairedInGguf()) {
            return 0;
        }
        return switch (role) {
            case QUERY, QUERY_BIAS -> config.heads();
            case KEY, KEY_BIAS -> config.kvHeads();
            default -> 0;
        };
    }

    private void refuseUnused() {
        String tiedHead = family.tensorName(WeightRole.HEAD, 0, format);
        for (String name : source.names()) {
            boolean known = used.contains(name) || IGNORED.stream().anyMatch(name::endsWith);
            if (!known && !(config.tiedEmbeddings() && name.equals(tiedHead))) {
                throw ModelFormatException.of(
                        source.info(name).file(),
                        "tensor " + name,
                        "present",
                        "only tensors of a %s model of %d layers with these settings"
                                .formatted(family.name(), config.layers()));
            }
        }
    }
}
