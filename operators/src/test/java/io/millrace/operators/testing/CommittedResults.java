package io.millrace.operators.testing;

import io.millrace.core.codec.Codecs;
import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.request.Completion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A sink with a two-phase commit, as Kafka's is: a result counts once the checkpoint that holds it
 * is complete, and committing twice does nothing. Test and sink meet by a name.
 */
public final class CommittedResults
        implements Sink<Completion>, SupportsCommitter<CommittedResults.Transaction> {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Map<String, List<Completion>>> BY_NAME =
            new ConcurrentHashMap<>();

    private final String name;

    /** The sink of that name. */
    public CommittedResults(String name) {
        this.name = name;
    }

    /** What was committed under that name. */
    public static List<Completion> of(String name) {
        return transactions(name).values().stream().flatMap(List::stream).toList();
    }

    private static Map<String, List<Completion>> transactions(String name) {
        return BY_NAME.computeIfAbsent(name, n -> new ConcurrentHashMap<>());
    }

    @Override
    public CommittingSinkWriter<Completion, Transaction> createWriter(WriterInitContext context) {
        return new Writer();
    }

    @Override
    public Committer<Transaction> createCommitter(CommitterInitContext context) {
        return new Committing(name);
    }

    @Override
    public SimpleVersionedSerializer<Transaction> getCommittableSerializer() {
        return new TransactionSerializer();
    }

    /** Results of one checkpoint. */
    public record Transaction(String id, List<Completion> results) {}

    private static final class Writer implements CommittingSinkWriter<Completion, Transaction> {

        private List<Completion> open = new ArrayList<>();

        @Override
        public void write(Completion element, Context context) {
            open.add(element);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public Collection<Transaction> prepareCommit() {
            List<Completion> results = open;
            open = new ArrayList<>();
            return results.isEmpty()
                    ? List.of()
                    : List.of(new Transaction(UUID.randomUUID().toString(), results));
        }

        @Override
        public void close() {}
    }

    private record Committing(String name) implements Committer<Transaction> {
        @Override
        public void commit(Collection<CommitRequest<Transaction>> requests) {
            for (CommitRequest<Transaction> request : requests) {
                Transaction transaction = request.getCommittable();
                transactions(name).put(transaction.id(), transaction.results());
            }
        }

        @Override
        public void close() {}
    }

    private static final class TransactionSerializer
            implements SimpleVersionedSerializer<Transaction> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Transaction transaction) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeUTF(transaction.id());
            out.writeInt(transaction.results().size());
            for (Completion result : transaction.results()) {
                Codecs.write(new CompletionCodec(), result, out);
            }
            return bytes.toByteArray();
        }

        @Override
        public Transaction deserialize(int version, byte[] serialized) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
            String id = in.readUTF();
            List<Completion> results = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                results.add(Codecs.read(new CompletionCodec(), in));
            }
            return new Transaction(id, results);
        }
    }
}
