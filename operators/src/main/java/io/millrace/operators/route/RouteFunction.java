package io.millrace.operators.route;

import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.codec.CodecTypeInfo;
import java.util.function.UnaryOperator;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lane of every request. Each subtask has a router of its own, which knows what it has
 * routed itself and nothing of what engines do with it, since nothing flows back; there is nothing
 * to snapshot.
 */
@PublicEvolving
public final class RouteFunction extends RichMapFunction<QueuedRequest, QueuedRequest>
        implements ResultTypeQueryable<QueuedRequest> {

    private static final long serialVersionUID = 1L;

    /** Metric: prompt tokens routed. */
    public static final String ROUTED_PROMPT_TOKENS = "routedPromptTokens";

    private final RoutePlan plan;

    private transient @Nullable UnaryOperator<QueuedRequest> router;
    private transient Counter routedTokens;

    /** Routes as planned. */
    @SuppressWarnings("NullAway.Init") // Flink opens before any record.
    public RouteFunction(RoutePlan plan) {
        this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
        router = plan.router();
        routedTokens = getRuntimeContext().getMetricGroup().counter(ROUTED_PROMPT_TOKENS);
    }

    @Override
    public QueuedRequest map(QueuedRequest request) {
        if (router == null) {
            throw new IllegalStateException("a record before opening");
        }
        routedTokens.inc(request.promptTokens().length);
        return router.apply(request);
    }

    @Override
    public TypeInformation<QueuedRequest> getProducedType() {
        return CodecTypeInfo.of(new QueuedRequestCodec());
    }
}
