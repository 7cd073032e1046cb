package io.millrace.operators.route;

import io.millrace.core.cluster.LaneRouter;
import io.millrace.core.cluster.RoutingSettings;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.codec.CodecTypeInfo;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lane of every request. Each subtask has a router of its own, which bounds the loads
 * of what it routes; there is nothing to snapshot.
 */
@PublicEvolving
public final class RouteFunction extends RichMapFunction<QueuedRequest, QueuedRequest>
        implements ResultTypeQueryable<QueuedRequest> {

    private static final long serialVersionUID = 1L;

    /** Metric: prompt tokens routed. */
    public static final String ROUTED_PROMPT_TOKENS = "routedPromptTokens";

    private final int lanes;

    private transient @Nullable LaneRouter router;
    private transient Counter routedTokens;

    /**
     * Routes to lanes 0 to {@code lanes - 1}.
     *
     * @throws IllegalArgumentException if there are none
     */
    @SuppressWarnings("NullAway.Init") // Flink opens before any record.
    public RouteFunction(int lanes) {
        this.lanes = RoutingSettings.of(lanes).lanes();
    }

    @Override
    public void open(OpenContext context) {
        router = new LaneRouter(RoutingSettings.of(lanes));
        routedTokens = getRuntimeContext().getMetricGroup().counter(ROUTED_PROMPT_TOKENS);
    }

    @Override
    public QueuedRequest map(QueuedRequest request) {
        if (router == null) {
            throw new IllegalStateException("a record before opening");
        }
        routedTokens.inc(request.promptTokens().length);
        return router.route(request);
    }

    @Override
    public TypeInformation<QueuedRequest> getProducedType() {
        return CodecTypeInfo.of(new QueuedRequestCodec());
    }
}
