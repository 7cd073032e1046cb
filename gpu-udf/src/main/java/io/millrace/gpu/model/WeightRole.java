package io.millrace.gpu.model;

/**
 * What a tensor is for, and how the two file formats call it; {@code %d} is the layer. Names:
 * {@code modeling_llama.py}, {@code modeling_qwen3.py} of transformers and {@code
 * gguf-py/gguf/constants.py} of llama.cpp.
 */
public enum WeightRole {
    EMBEDDING("model.embed_tokens.weight", "token_embd.weight"),
    FINAL_NORM("model.norm.weight", "output_norm.weight"),
    HEAD("lm_head.weight", "output.weight"),
    INPUT_NORM("model.layers.%d.input_layernorm.weight", "blk.%d.attn_norm.weight"),
    QUERY("model.layers.%d.self_attn.q_proj.weight", "blk.%d.attn_q.weight"),
    KEY("model.layers.%d.self_attn.k_proj.weight", "blk.%d.attn_k.weight"),
    VALUE("model.layers.%d.self_attn.v_proj.weight", "blk.%d.attn_v.weight"),
    OUTPUT("model.layers.%d.self_attn.o_proj.weight", "blk.%d.attn_output.weight"),
    QUERY_BIAS("model.layers.%d.self_attn.q_proj.bias", "blk.%d.attn_q.bias"),
    KEY_BIAS("model.layers.%d.self_attn.k_proj.bias", "blk.%d.attn_k.bias"),
    VALUE_BIAS("model.layers.%d.self_attn.v_proj.bias", "blk.%d.attn_v.bias"),
    OUTPUT_BIAS("model.layers.%d.self_attn.o_proj.bias", "blk.%d.attn_output.bias"),
    QUERY_NORM("model.layers.%d.self_attn.q_norm.weight", "blk.%d.attn_q_norm.weight"),
    KEY_NORM("model.layers.%d.self_attn.k_norm.weight", "blk.%d.attn_k_norm.weight"),
    POST_ATTENTION_NORM(
            "model.layers.%d.post_attention_layernorm.weight", "blk.%d.ffn_norm.weight"),
    GATE("model.layers.%d.mlp.gate_proj.weight", "blk.%d.ffn_gate.weight"),
    UP("model.layers.%d.mlp.up_proj.weight", "blk.%d.ffn_up.weight"),
    DOWN("model.layers.%d.mlp.down_proj.weight", "blk.%d.ffn_down.weight"),
    GATE_BIAS("model.layers.%d.mlp.gate_proj.bias", "blk.%d.ffn_gate.bias"),
    UP_BIAS("model.layers.%d.mlp.up_proj.bias", "blk.%d.ffn_up.bias"),
    DOWN_BIAS("model.layers.%d.mlp.down_proj.bias", "blk.%d.ffn_down.bias");

    private final String huggingFaceName;
    private final String ggufName;

    WeightRole(String huggingFaceName, String ggufName) {
        this.huggingFaceName = huggingFaceName;
        this.ggufName = ggufName;
    }

    String nameIn(CheckpointFormat format, int layer) {
        String pattern =
                switch (format) {
                    case SAFETENSORS -> huggingFaceName;
                    case GGUF -> ggufName;
                };
        return pattern.replace("%d", Integer.toString(layer));
    }

    /** What it must look like in a model, outermost dimension first. */
    long[] shapeIn(ModelConfig config) {
        long hidden = config.hiddenSize();
        long intermediate = config.intermediateSize();
        return switch (this) {
            case EMBEDDING, HEAD -> new long[] {config.vocabularySize(), hidden};
            case FINAL_NORM, INPUT_NORM, POST_ATTENTION_NORM, OUTPUT_BIAS, DOWN_BIAS ->
                    new long[] {hidden};
            case QUERY -> new long[] {config.querySize(), hidden};
            case KEY, VALUE -> new long[] {config.kvSize(), hidden};
            case OUTPUT -> new long[] {hidden, config.querySize()};
            case QUERY_BIAS -> new long[] {config.querySize()};
            case KEY_BIAS, VALUE_BIAS -> new long[] {config.kvSize()};
            case QUERY_NORM, KEY_NORM -> new long[] {config.headDim()};
            case GATE, UP -> new long[] {intermediate, hidden};
            case DOWN -> new long[] {hidden, intermediate};
            case GATE_BIAS, UP_BIAS -> new long[] {intermediate};
        };
    }
}
