package io.millrace.job.topology;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.track.ResultFiles;
import io.millrace.operators.track.TrackSettings;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where the requests of a job come from and where its results go. Used once, to build the job. */
public interface Endpoints {

    /** The requests, as they were read. */
    DataStream<InputRecord> requests(StreamExecutionEnvironment environment);

    /**
     * Messages for all engines. Where the requests end, this must stay open until every request has
     * its result.
     *
     * @param job the name by which a drain source meets the operators
     */
    DataStream<ControlMessage> control(StreamExecutionEnvironment environment, String job);

    /** Takes the results. */
    void results(DataStream<Completion> results);

    /** Takes what could not be read. */
    void deadLetters(DataStream<DeadLetter> letters);

    /** Where what becomes of batches goes; empty for a job that does not track them. */
    default Optional<Batches> batches() {
        return Optional.empty();
    }

    /** Takes what becomes of batches. */
    interface Batches {

        /** How they are tracked. */
        TrackSettings settings();

        /** The files that {@link #results} writes. */
        ResultFiles files();

        /** Takes their results; whatever writes them must be chained. */
        void results(DataStream<Completion> results);

        /** Takes how far they are. */
        void updates(DataStream<BatchUpdate> updates);
    }
}
