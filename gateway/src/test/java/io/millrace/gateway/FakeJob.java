package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.request.Submission;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.wire.BatchStates;
import io.millrace.wire.SubmissionHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Plays the part of the job: sees what it would see, writes what {@code track} would write. */
public final class FakeJob {

    private final KafkaLink link;
    private final Path results;

    /** On topics and a folder of results. */
    public FakeJob(KafkaLink link, Path results) {
        this.link = link;
        this.results = results;
    }

    /** A request as the job reads it. */
    public record Seen(Submission submission, String value) {}

    /** All committed requests of a batch. */
    public List<Seen> requests(String batch) {
        List<Seen> seen = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TestBroker.committed(link, link.requestsTopic())) {
            Submission submission =
                    requireNonNull(SubmissionHeaders.read(record.key(), record.headers()));
            if (batch.equals(submission.batch())) {
                seen.add(new Seen(submission, new String(record.value(), UTF_8)));
            }
        }
        return seen;
    }

    /** How many requests there are of all batches. */
    public int requestCount() {
        return TestBroker.committed(link, link.requestsTopic()).size();
    }

    /** The batch as the gateway wrote it. */
    public BatchState state(String batch) {
        BatchState last = null;
        for (ConsumerRecord<byte[], byte[]> record :
                TestBroker.committed(link, link.batchesTopic())) {
            if (new String(record.key(), UTF_8).equals(batch) && record.value() != null) {
                last = BatchStates.parse(record.value());
            }
        }
        return requireNonNull(last, "no state of " + batch);
    }

    /** Publishes a state. */
    public void publish(BatchState state) throws Exception {
        byte[] key = state.manifest().id().getBytes(UTF_8);
        TestBroker.produce(
                link, new ProducerRecord<>(link.batchesTopic(), key, BatchStates.toBytes(state)));
    }

    /** Forgets a batch. */
    public void remove(String batch) throws Exception {
        TestBroker.produce(
                link, new ProducerRecord<>(link.batchesTopic(), batch.getBytes(UTF_8), null));
    }

    /** Ends a batch with these lines of results, in two files. */
    public void end(String batch, BatchCounts counts, List<String> lines) throws Exception {
        Path folder = results.resolve(batch);
        Files.createDirectories(folder);
        int half = lines.size() / 2;
        write(folder.resolve("part-a-0"), lines.subList(0, half));
        write(folder.resolve("part-b-0"), lines.subList(half, lines.size()));
        Files.writeString(folder.resolve(".part-c-0.inprogress"), "{\"unfinished\"");
        BatchState before = state(batch);
        publish(ended(before.manifest(), counts, before.cancelInitiatedMs()));
    }

    private static BatchState ended(
            BatchManifest manifest, BatchCounts counts, @Nullable Long canceledMs) {
        return new BatchState(
                manifest, counts, canceledMs, manifest.createdMs() + 1000, null, null);
    }

    private static void write(Path file, List<String> lines) throws Exception {
        Files.write(file, lines);
    }
}
