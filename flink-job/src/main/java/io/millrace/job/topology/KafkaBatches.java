package io.millrace.job.topology;

import io.millrace.connectors.arrow.ArrowResults;
import io.millrace.connectors.dialect.CompletionWriter;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.connectors.file.BatchResultFolder;
import io.millrace.connectors.kafka.BatchTopicSink;
import io.millrace.connectors.kafka.Delivery;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.TopicLimits;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Completion;
import io.millrace.job.options.BatchesSettings;
import io.millrace.operators.track.ResultFiles;
import io.millrace.operators.track.TrackSettings;
import java.io.IOException;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Results of batches into files, batches to their topic. */
record KafkaBatches(
        KafkaCluster cluster, TopicLimits topic, Delivery delivery, BatchesSettings batches)
        implements Endpoints.Batches {

    @Override
    public TrackSettings settings() {
        return batches.track();
    }

    @Override
    public ResultFiles files() {
        return new Folder(batches.results());
    }

    @Override
    public void results(DataStream<Completion> stream) {
        CompletionWriter writer = Dialects.writer();
        stream.sinkTo(batches.results().lines(writer::write))
                .name("batch-results")
                .uid("batch-results");
        if (batches.arrowResults()) {
            stream.sinkTo(
                            batches.results()
                                    .arrow(ArrowResults.encoder(ArrowResults.DEFAULT_BATCH_ROWS)))
                    .name("batch-arrow-results")
                    .uid("batch-arrow-results");
        }
    }

    @Override
    public void updates(DataStream<BatchUpdate> stream) {
        stream.sinkTo(BatchTopicSink.of(cluster, topic, delivery)).name("batches").uid("batches");
    }

    private record Folder(BatchResultFolder results) implements ResultFiles {
        @Override
        public void merge(String batch) throws IOException {
            results.merge(batch);
        }

        @Override
        public void remove(String batch) throws IOException {
            results.remove(batch);
        }
    }
}
