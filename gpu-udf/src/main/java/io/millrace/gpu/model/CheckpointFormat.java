package io.millrace.gpu.model;

/** The two conventions of naming and laying out weights. */
public enum CheckpointFormat {
    /** Hugging Face names and row order. */
    SAFETENSORS,
    /** llama.cpp's names and row order. */
    GGUF
}
