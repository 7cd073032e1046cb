package io.millrace.gpu.predict;

import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.predict.TailForesight;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.model.ModelDirectory;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained predictor in the engine: what it fails to predict is predicted from the lengths seen,
 * and counted. For the engine's thread.
 */
public final class GuardedForesight implements Foresight {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedForesight.class);

    private final Foresight trained;
    private final TailForesight seen;
    private long predictions;
    private long failures;
    private long nanos;

    GuardedForesight(Foresight trained) {
        this.trained = trained;
        this.seen = new TailForesight(HistogramSettings.DEFAULT, trained.everyTokens());
    }

    /**
     * Loads the predictor of a directory.
     *
     * @param decoder of the model that it is for; stores hidden states if the predictor reads them
     * @throws IllegalStateException naming what is wrong with it
     */
    public static GuardedForesight open(Path directory, ModelDirectory model, Decoder decoder) {
        PredictorFiles files = PredictorFiles.open(directory, model);
        return new GuardedForesight(
                switch (files.kind()) {
                    case ELIS ->
                            new ElisForesight(
                                    EncodedText.open(model.tokenizerJson(), files.common()),
                                    files.network());
                    case HIDDEN_STATE -> new HiddenStateForesight(decoder::stored, files.network());
                });
    }

    @Override
    public int everyTokens() {
        return trained.everyTokens();
    }

    @Override
    public int firstAfterTokens() {
        return trained.firstAfterTokens();
    }

    @Override
    public LengthEstimate estimate(Sequence sequence) {
        long begin = System.nanoTime();
        predictions++;
        try {
            return trained.estimate(sequence);
        } catch (RuntimeException e) {
            if (failures++ == 0) {
                LOG.warn("The length predictor fails; lengths seen are used instead", e);
            }
            return seen.estimate(sequence);
        } finally {
            nanos += System.nanoTime() - begin;
        }
    }

    @Override
    public void ended(Sequence sequence) {
        seen.ended(sequence);
    }

    /** What it did so far. */
    public PredictionStatistics statistics() {
        return new PredictionStatistics(predictions, failures, nanos);
    }

    @Override
    public void close() {
        trained.close();
    }
}
