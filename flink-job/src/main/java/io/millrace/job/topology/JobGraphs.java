package io.millrace.job.topology;

import io.millrace.connectors.arrow.MixedRequestReader;
import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.job.options.DeliveryOptions;
import io.millrace.job.options.JobSettings;
import io.millrace.job.options.RequestSettings;
import io.millrace.operators.admit.AdmitFunction;
import io.millrace.operators.admit.AdmitSettings;
import io.millrace.operators.admit.DeduplicateFunction;
import io.millrace.operators.generate.GeneratePipeline;
import io.millrace.operators.predict.PredictFunction;
import io.millrace.operators.route.RouteFunction;
import io.millrace.operators.track.TrackPipeline;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Builds the one graph of every job, whatever it reads from and writes to. Names and uids are
 * stable: state finds its operator by them.
 */
public final class JobGraphs {

    private JobGraphs() {}

    /** Adds the job to an environment, and to that what the job needs of it. */
    public static void build(
            StreamExecutionEnvironment environment,
            JobSettings settings,
            Model model,
            Endpoints endpoints) {
        configure(environment);
        SingleOutputStreamOperator<QueuedRequest> admitted =
                endpoints
                        .requests(environment)
                        .process(
                                new AdmitFunction(
                                        MixedRequestReader.of(
                                                dialects(settings.requests(), model.sampling())),
                                        model.encoders(),
                                        new AdmitSettings(names(settings, model), Set.of())))
                        .returns(WireTypes.REQUEST)
                        .name("admit")
                        .uid("admit");
        SingleOutputStreamOperator<QueuedRequest> routed =
                deduplicated(admitted, settings.requests().deduplicationWindow())
                        .map(new PredictFunction(model.predictors()))
                        .name("predict")
                        .uid("predict")
                        .map(new RouteFunction(settings.routing()))
                        .name("route")
                        .uid("route");
        DataStream<ControlMessage> control = endpoints.control(environment, settings.batch().job());
        SingleOutputStreamOperator<Completion> results =
                GeneratePipeline.generate(
                        routed,
                        admitted.getSideOutput(AdmitFunction.REJECTED),
                        control,
                        settings.batch(),
                        model.engines(),
                        settings.engines(),
                        settings.routing().lanes());
        endpoints.results(results);
        endpoints.batches().ifPresent(batches -> track(results, control, batches));
        endpoints.deadLetters(admitted.getSideOutput(AdmitFunction.DEAD_LETTERS));
    }

    private static void track(
            DataStream<Completion> results,
            DataStream<ControlMessage> control,
            Endpoints.Batches batches) {
        SingleOutputStreamOperator<Completion> ofBatches =
                TrackPipeline.track(results, control, batches.settings(), batches.files());
        batches.results(ofBatches);
        batches.updates(ofBatches.getSideOutput(TrackPipeline.UPDATES));
    }

    private static SingleOutputStreamOperator<QueuedRequest> deduplicated(
            SingleOutputStreamOperator<QueuedRequest> admitted, Duration window) {
        if (window.isZero()) {
            return admitted;
        }
        return admitted.keyBy(JobGraphs::clientsId, Types.STRING)
                .filter(new DeduplicateFunction(window))
                .name("deduplicate")
                .uid("deduplicate");
    }

    /** Batches are separate: each may use the ids of another. */
    private static String clientsId(QueuedRequest queued) {
        InferenceRequest request = queued.request();
        return request.batch() == null ? request.id() : request.batch() + "/" + request.id();
    }

    /** How requests are read. */
    public static DialectSettings dialects(RequestSettings requests, SamplingDefaults ofModel) {
        SamplingDefaults sampling =
                switch (requests.generationDefaults()) {
                    case MODEL -> ofModel;
                    case NONE -> SamplingDefaults.NONE;
                };
        return new DialectSettings(requests.maxRecordBytes(), sampling);
    }

    private static Set<String> names(JobSettings settings, Model model) {
        Set<String> names = new TreeSet<>(settings.requests().modelNames());
        names.add(model.name());
        return names;
    }

    private static void configure(StreamExecutionEnvironment environment) {
        Configuration needed =
                new Configuration()
                        .set(PipelineOptions.OBJECT_REUSE, true)
                        // A type without a serialiser of its own must not reach the wire or state.
                        .set(PipelineOptions.GENERIC_TYPES, false);
        if (environment
                .getConfiguration()
                .getOptional(CheckpointingOptions.ENABLE_UNALIGNED)
                .isEmpty()) {
            // A full queue pauses input: an aligned barrier would wait until the queue moves.
            needed.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        }
        environment.configure(needed);
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            environment.enableCheckpointing(DeliveryOptions.CHECKPOINT_INTERVAL.toMillis());
        }
    }
}
