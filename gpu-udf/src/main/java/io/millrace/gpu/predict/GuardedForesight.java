package io.millrace.gpu.predict;

import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.predict.QuantileTracker;
import io.millrace.core.predict.TailForesight;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.model.ModelDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained predictor in the engine: what it fails to predict is predicted from the lengths seen,
 * and counted. Where it learns online, its quantiles are corrected by every prediction that it made
 * of an answer once that has ended. For the engine's thread.
 */
public final class GuardedForesight implements Foresight {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedForesight.class);

    private final Foresight trained;
    private final TailForesight seen;
    private final @Nullable QuantileTracker tracker;
    private final AtomicReference<@Nullable QuantileShifts> restored = new AtomicReference<>();
    // Weak, since answers that were cancelled never end.
    private final Map<Sequence, List<Made>> made = new WeakHashMap<>();
    private long predictions;
    private long failures;
    private long nanos;

    /** What was predicted, not corrected, when so many tokens were known. */
    private record Made(LengthEstimate estimate, int known) {}

    /** Guards; corrects too if there is a tracker. */
    GuardedForesight(Foresight trained, @Nullable QuantileTracker tracker) {
        this.trained = trained;
        this.tracker = tracker;
        this.seen = new TailForesight(HistogramSettings.DEFAULT, trained.everyTokens());
    }

    /**
     * Loads a predictor.
     *
     * @param decoder of the model that it is for; stores hidden states if the predictor reads them
     * @throws IllegalStateException naming what is wrong with it
     */
    public static GuardedForesight open(
            PredictorSettings settings, ModelDirectory model, Decoder decoder) {
        PredictorFiles files = PredictorFiles.open(settings.path(), model);
        Foresight trained =
                switch (files.kind()) {
                    case ELIS ->
                            new ElisForesight(
                                    EncodedText.open(model.tokenizerJson(), files.common()),
                                    files.network());
                    case HIDDEN_STATE ->
                            new HiddenStateForesight(
                                    new StateVector(
                                            StateVector.Pool.of(decoder),
                                            files.common(),
                                            files.readsAnswers()),
                                    files.network());
                };
        return new GuardedForesight(
                trained, settings.online() ? new QuantileTracker(QuantileShifts.NONE) : null);
    }

    /** Goes on from what another has learned, at the next prediction or answer. Any thread. */
    public void correct(QuantileShifts shifts) {
        restored.set(shifts);
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
            LengthEstimate estimate = trained.estimate(sequence);
            return tracker == null ? estimate : corrected(tracker, sequence, estimate);
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
        List<Made> predicted = made.remove(sequence);
        if (tracker != null && predicted != null) {
            restore(tracker);
            int length = sequence.generatedLength();
            for (Made each : predicted) {
                tracker.observe(each.estimate(), each.known(), length, sequence.maxTokens());
            }
        }
    }

    private LengthEstimate corrected(
            QuantileTracker asked, Sequence sequence, LengthEstimate estimate) {
        restore(asked);
        int known = sequence.generatedLength();
        made.computeIfAbsent(sequence, s -> new ArrayList<>()).add(new Made(estimate, known));
        return asked.corrected(estimate, known, sequence.maxTokens());
    }

    private void restore(QuantileTracker into) {
        QuantileShifts shifts = restored.getAndSet(null);
        if (shifts != null) {
            into.restart(shifts);
        }
    }

    /** What it did so far. */
    public PredictionStatistics statistics() {
        QuantileShifts waiting = restored.get();
        QuantileShifts now = tracker == null ? QuantileShifts.NONE : tracker.shifts();
        return new PredictionStatistics(
                predictions, failures, nanos, waiting == null ? now : waiting);
    }

    @Override
    public void close() {
        trained.close();
    }
}
