package io.millrace.gpu.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sliding window of Qwen2 and Qwen3: off unless {@code use_sliding_window}; then {@code
 * layer_types} says which layers have it, else those from {@code max_window_layers} on. Source:
 * {@code configuration_qwen2.py} of transformers.
 */
final class QwenWindow {

    private static final int DEFAULT_FIRST = 28;

    private QwenWindow() {}

    static @Nullable SlidingWindow of(JsonFields config) {
        if (!config.flag("use_sliding_window", false) || !config.has("sliding_window")) {
            return null;
        }
        int layers = config.integer("num_hidden_layers");
        Set<Integer> windowed = windowedLayers(config, layers);
        return windowed.isEmpty()
                ? null
                : new SlidingWindow(config.integer("sliding_window"), windowed);
    }

    private static Set<Integer> windowedLayers(JsonFields config, int layers) {
        Set<Integer> windowed = new HashSet<>();
        List<String> types = config.texts("layer_types");
        if (types.isEmpty()) {
            for (int i = config.optionalInteger("max_window_layers").orElse(DEFAULT_FIRST);
                    i < layers;
                    i++) {
                windowed.add(i);
            }
            return windowed;
        }
        if (types.size() != layers) {
            throw config.wrong("layer_types", types.size() + " entries", layers + ", one a layer");
        }
        for (int i = 0; i < layers; i++) {
            switch (types.get(i)) {
                case "sliding_attention" -> windowed.add(i);
                case "full_attention" -> {}
                default ->
                        throw config.wrong(
                                "layer_types", types.get(i), "full_attention or sliding_attention");
            }
        }
        return windowed;
    }
}
