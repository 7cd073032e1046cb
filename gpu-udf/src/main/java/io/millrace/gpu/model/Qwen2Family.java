package io.millrace.gpu.model;

import java.util.Set;

/** Qwen2 and Qwen2.5: Llama with biases on q, k and v, and a window on the upper layers. */
final class Qwen2Family implements ModelFamily {

    @Override
    public String name() {
        return "qwen2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("qwen2");
    }

    @Override
    public Set<String> ggufArchitectures() {
        return Set.of("qwen2");
    }

    @Override
    public DecoderTraits traits(JsonFields config) {
        return new DecoderTraits(true, false, false, false, QwenWindow.of(config));
    }

    @Override
    public DecoderTraits traits(GgufFile file) {
        return new DecoderTraits(true, false, false, false, null);
    }

    @Override
    public boolean pairedInGguf() {
        return false;
    }
}
