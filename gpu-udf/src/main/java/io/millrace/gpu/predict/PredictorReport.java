package io.millrace.gpu.predict;

import io.millrace.core.predict.PredictionAccuracy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a training gave, written beside its weights as {@code report.json}. An immutable value.
 *
 * @param predictor what it looks at
 * @param model that it is for
 * @param examples answers learned from, in all
 * @param cutExamples of those, cut at their limit
 * @param seed of the split and of everything else by chance
 * @param trainingExamples answers trained on
 * @param stoppingExamples answers that said when to stop
 * @param testExamples answers judged by
 * @param epochs passes over the training answers
 * @param levels quantiles that it predicts
 * @param atArrival accuracy before there is an answer, of held-out answers
 * @param whileRunning accuracy at later places of them; null if there are none
 * @param histogramAtArrival what a histogram of the training answers reaches
 * @param histogramWhileRunning likewise
 */
public record PredictorReport(
        String predictor,
        String model,
        int examples,
        int cutExamples,
        long seed,
        int trainingExamples,
        int stoppingExamples,
        int testExamples,
        int epochs,
        List<Double> levels,
        PredictionAccuracy atArrival,
        @Nullable PredictionAccuracy whileRunning,
        PredictionAccuracy histogramAtArrival,
        @Nullable PredictionAccuracy histogramWhileRunning) {

    public PredictorReport {
        levels = List.copyOf(levels);
    }
}
