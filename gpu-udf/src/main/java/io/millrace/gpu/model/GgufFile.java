package io.millrace.gpu.model;

/** An opened GGUF file. Immutable. */
public record GgufFile(GgufMetadata metadata, WeightSource weights) {}
