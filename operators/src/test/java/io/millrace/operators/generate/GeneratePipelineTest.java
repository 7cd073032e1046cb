package io.millrace.operators.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeSettings;
import io.millrace.operators.testing.Requests;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

class GeneratePipelineTest {

    @Test
    void runsBatchAndGenerateInOneTask() {
        List<JobVertex> vertices = vertices(3);

        assertThat(vertices)
                .filteredOn(vertex -> vertex.getName().contains(GeneratePipeline.GENERATE))
                .singleElement()
                .satisfies(
                        vertex -> {
                            assertThat(vertex.getName()).contains("batch -> generate");
                            assertThat(vertex.getParallelism()).isEqualTo(3);
                            assertThat(vertex.getMaxParallelism()).isEqualTo(128);
                            assertThat(vertex.getOperatorIDs()).hasSizeGreaterThanOrEqualTo(2);
                            assertThat(vertex.getOperatorCoordinators()).hasSize(1);
                        });
    }

    private static Completion rejection(String key) {
        return Completion.rejected(
                Requests.request(key, 1, 5, 1).request(),
                "model",
                new Failure(FailureCode.UNKNOWN_MODEL, "model"),
                0);
    }

    private static List<JobVertex> vertices(int engines) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        DataStream<QueuedRequest> requests =
                environment.fromData(
                        CodecTypeInfo.of(new QueuedRequestCodec()),
                        Requests.request("key", 1, 5, 1));
        DataStream<ControlMessage> control =
                environment.fromData(
                        CodecTypeInfo.of(new ControlMessageCodec()),
                        new ControlMessage.Cancel("id"));
        DataStream<Completion> rejected =
                environment
                        .fromData(Types.STRING, "key")
                        .map(GeneratePipelineTest::rejection)
                        .returns(CodecTypeInfo.of(new CompletionCodec()));
        DataStream<Completion> results =
                GeneratePipeline.generate(
                        requests,
                        rejected,
                        control,
                        BatchSettings.of("graph"),
                        FakeEngine.steppedByHand(FakeSettings.SMALL, "graph"),
                        engines,
                        128);
        assertThat(results.getType()).isEqualTo(CodecTypeInfo.of(new CompletionCodec()));
        results.sinkTo(new DiscardingSink<>()).setParallelism(1);
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        return StreamSupport.stream(graph.getVertices().spliterator(), false).toList();
    }
}
