package io.millrace.gpu.model;

import java.util.Set;

/** Qwen3, dense: Llama with an RMSNorm on every head of q and k, and a head size of its own. */
final class Qwen3Family implements ModelFamily {

    @Override
    public String name() {
        return "qwen3";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("qwen3");
    }

    @Override
    public Set<String> ggufArchitectures() {
        return Set.of("qwen3");
    }

    @Override
    public DecoderTraits traits(JsonFields config) {
        boolean bias = config.flag("attention_bias", false);
        return new DecoderTraits(bias, bias, false, true, QwenWindow.of(config));
    }

    @Override
    public DecoderTraits traits(GgufFile file) {
        return new DecoderTraits(false, false, false, true, null);
    }

    @Override
    public boolean pairedInGguf() {
        return false;
    }
}
