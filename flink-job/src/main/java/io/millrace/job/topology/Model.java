package io.millrace.job.topology;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.operators.predict.PredictFunction;

/**
 * The model of a job, as its operators use it.
 *
 * @param name how results name it
 * @param engines opened once per subtask of {@code generate}
 * @param encoders opened once per subtask of {@code admit}
 * @param predictors opened once per subtask of {@code predict}
 * @param sampling what its makers recommend
 */
public record Model(
        String name,
        GenerationEngine.Factory engines,
        PromptEncoder.Factory encoders,
        PredictFunction.Factory predictors,
        SamplingDefaults sampling) {}
