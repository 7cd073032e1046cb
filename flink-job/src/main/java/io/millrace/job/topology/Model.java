package io.millrace.job.topology;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.PromptEncoder;

/**
 * The model of a job, as its operators use it.
 *
 * @param name how results name it
 * @param engines opened once per subtask of {@code generate}
 * @param encoders opened once per subtask of {@code admit}
 */
public record Model(
        String name, GenerationEngine.Factory engines, PromptEncoder.Factory encoders) {}
