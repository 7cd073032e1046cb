package io.millrace.operators.generate;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.QueuedRequest;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Flink's harness for an operator made by a factory and keyed by lane on its first input. */
final class KeyedHarness<OUT> extends AbstractStreamOperatorTestHarness<OUT> {

    private final InterceptingOperatorMetricGroup metrics;

    KeyedHarness(StreamOperatorFactory<OUT> factory, int maxParallelism, int subtasks, int subtask)
            throws Exception {
        this(factory, maxParallelism, subtasks, subtask, new InterceptingOperatorMetricGroup());
    }

    private KeyedHarness(
            StreamOperatorFactory<OUT> factory,
            int maxParallelism,
            int subtasks,
            int subtask,
            InterceptingOperatorMetricGroup metrics)
            throws Exception {
        super(
                factory,
                new MockEnvironmentBuilder()
                        .setMaxParallelism(maxParallelism)
                        .setParallelism(subtasks)
                        .setSubtaskIndex(subtask)
                        .setMetricGroup(
                                new InterceptingTaskMetricGroup() {
                                    @Override
                                    public InternalOperatorMetricGroup getOrAddOperator(
                                            OperatorID id,
                                            String name,
                                            Map<String, String> variables) {
                                        return metrics;
                                    }
                                })
                        .build());
        this.metrics = metrics;
        KeySelector<QueuedRequest, Integer> lane = QueuedRequest::lane;
        config.setStatePartitioner(0, lane);
        config.setStateKeySerializer(IntSerializer.INSTANCE);
        config.serializeAllConfigs();
    }

    void processRequest(QueuedRequest request) throws Exception {
        StreamRecord<QueuedRequest> record = new StreamRecord<>(request);
        getOperator().setKeyContextElement1(record);
        twoInput().processElement1(record);
    }

    void processControl(ControlMessage message) throws Exception {
        twoInput().processElement2(new StreamRecord<>(message));
    }

    void endInput(int inputId) throws Exception {
        ((BoundedMultiInput) getOperator()).endInput(inputId);
    }

    /** The value of one of the operator's gauges. */
    Object gauge(String name) {
        return ((Gauge<?>) metrics.get(name)).getValue();
    }

    int keyedEntries() {
        Object backend = getOperator().getKeyedStateBackend();
        return ((AbstractKeyedStateBackend<?>) backend).numKeyValueStateEntries();
    }

    @SuppressWarnings("unchecked") // The operator under test has these inputs.
    private TwoInputStreamOperator<QueuedRequest, ControlMessage, OUT> twoInput() {
        return (TwoInputStreamOperator<QueuedRequest, ControlMessage, OUT>) (Object) getOperator();
    }
}
