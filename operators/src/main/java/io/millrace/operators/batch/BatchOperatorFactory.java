package io.millrace.operators.batch;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.QueuedRequest;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Creates {@link BatchOperator}s and their coordinator. */
@PublicEvolving
public final class BatchOperatorFactory extends AbstractStreamOperatorFactory<Handover>
        implements TwoInputStreamOperatorFactory<QueuedRequest, ControlMessage, Handover>,
                CoordinatedOperatorFactory<Handover> {

    private static final long serialVersionUID = 1L;

    private final BatchSettings settings;

    public BatchOperatorFactory(BatchSettings settings) {
        this.settings = settings;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature.
    public <T extends StreamOperator<Handover>> T createStreamOperator(
            StreamOperatorParameters<Handover> parameters) {
        OperatorEventGateway gateway =
                parameters
                        .getOperatorEventDispatcher()
                        .getOperatorEventGateway(parameters.getStreamConfig().getOperatorID());
        return (T)
                new BatchOperator(
                        parameters,
                        settings,
                        () -> gateway.sendEventToCoordinator(Drained.INSTANCE));
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(
            String operatorName, OperatorID operatorId) {
        return new DrainCoordinator.Provider(operatorId, settings.job());
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return BatchOperator.class;
    }
}
