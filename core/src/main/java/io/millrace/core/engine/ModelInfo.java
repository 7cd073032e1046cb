package io.millrace.core.engine;

/**
 * What the job must know of a model to admit requests for it.
 *
 * @param name how results name it
 * @param contextLength the most tokens of prompt and answer together
 * @param vocabularySize token ids are in [0, vocabularySize)
 */
public record ModelInfo(String name, int contextLength, int vocabularySize) {}
