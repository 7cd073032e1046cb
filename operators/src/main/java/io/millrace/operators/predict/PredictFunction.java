package io.millrace.operators.predict;

import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.predict.LengthPredictor;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.codec.CodecTypeInfo;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attaches a predicted answer length, by a predictor of the subtask's own. Answers are not seen
 * here, so the predictor works from what it knows when it opens: a model, say. A prediction of
 * exactly the request's limit leaves the length open, and {@code batch}, which sees the answers,
 * estimates it from those. So it does where the predictor fails, which is counted.
 */
@PublicEvolving
public final class PredictFunction extends RichMapFunction<QueuedRequest, QueuedRequest>
        implements ResultTypeQueryable<QueuedRequest> {

    private static final long serialVersionUID = 1L;

    /** Metric: requests whose length was left open. */
    public static final String LENGTHS_LEFT_OPEN = "lengthsLeftOpen";

    /** Metric: requests for which the predictor failed; their lengths were left open. */
    public static final String PREDICTOR_FAILURES = "predictorFailures";

    /** Metric: median prediction of the last request, tokens. */
    public static final String LAST_PREDICTED_TOKENS = "lastPredictedTokens";

    private static final Logger LOG = LoggerFactory.getLogger(PredictFunction.class);

    private final Factory predictors;

    private transient @Nullable LengthPredictor predictor;
    private transient Counter leftOpen;
    private transient Counter failures;
    private transient volatile int lastMedian;

    /** Opens predictors where the job runs. */
    public interface Factory extends Serializable {
        /** Opens a predictor for the calling thread. */
        LengthPredictor open();
    }

    @SuppressWarnings("NullAway.Init") // Flink opens before any record.
    public PredictFunction(Factory predictors) {
        this.predictors = predictors;
    }

    @Override
    public void open(OpenContext context) {
        predictor = predictors.open();
        MetricGroup group = getRuntimeContext().getMetricGroup();
        leftOpen = group.counter(LENGTHS_LEFT_OPEN);
        failures = group.counter(PREDICTOR_FAILURES);
        group.gauge(LAST_PREDICTED_TOKENS, (Gauge<Integer>) () -> lastMedian);
    }

    @Override
    public QueuedRequest map(QueuedRequest request) {
        if (predictor == null) {
            throw new IllegalStateException("a record before opening");
        }
        QueuedRequest predicted = request.withPredicted(predict(predictor, request));
        lastMedian = predicted.predicted().median();
        if (lastMedian == request.maxTokens()) {
            leftOpen.inc();
        }
        return predicted;
    }

    private LengthEstimate predict(LengthPredictor asked, QueuedRequest request) {
        try {
            return asked.predict(request, 0);
        } catch (RuntimeException e) {
            if (failures.getCount() == 0) {
                LOG.warn("The length predictor fails; lengths seen are used instead", e);
            }
            failures.inc();
            return LengthEstimate.atMost(request.maxTokens());
        }
    }

    @Override
    public void close() {
        if (predictor != null) {
            predictor.close();
        }
    }

    @Override
    public TypeInformation<QueuedRequest> getProducedType() {
        return CodecTypeInfo.of(new QueuedRequestCodec());
    }
}
