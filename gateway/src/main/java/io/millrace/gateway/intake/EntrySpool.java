package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a batch that is still arriving, on disk: only a batch that is whole and valid is
 * written to Kafka, in a transaction that is as short as Kafka is fast, since an open transaction
 * holds up everybody who reads the topic. Used by one thread at a time; closing deletes the file.
 */
public final class EntrySpool implements AutoCloseable {

    private static final String PREFIX = "intake-";
    private static final String SUFFIX = ".spool";
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final DataOutputStream out;
    private int entries;

    private EntrySpool(Path file, DataOutputStream out) {
        this.file = file;
        this.out = out;
    }

    /**
     * One request of a batch.
     *
     * @param dialect that phrases its answer
     * @param refusal why it must be answered with an error; null for one that is to be read
     */
    public record Entry(String id, String dialect, byte[] value, @Nullable String refusal) {}

    /** Takes entries out again. */
    @FunctionalInterface
    public interface EntryReader {
        /** The next one. */
        void read(Entry entry) throws IOException;
    }

    /** An empty one in a folder, which is made if it is missing. */
    public static EntrySpool create(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, PREFIX, SUFFIX);
        return new EntrySpool(
                file,
                new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)));
    }

    /**
     * Removes those of gateways that were killed.
     *
     * @param before nobody uses one any more that was written last before that
     */
    public static void removeLeftovers(Path folder, Instant before) {
        Leftovers.remove(folder, name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX), before);
    }

    /** Adds one. */
    public void add(Entry entry) throws IOException {
        writeText(entry.id());
        writeText(entry.dialect());
        out.writeInt(entry.value().length);
        out.write(entry.value());
        out.writeBoolean(entry.refusal() != null);
        if (entry.refusal() != null) {
            writeText(entry.refusal());
        }
        entries++;
    }

    /** How many there are. */
    public int entries() {
        return entries;
    }

    /** Hands out all of them, in the order in which they came. */
    public void forEach(EntryReader reader) throws IOException {
        out.flush();
        try (DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            for (int i = 0; i < entries; i++) {
                String id = readText(in);
                String dialect = readText(in);
                byte[] value = readBytes(in);
                reader.read(new Entry(id, dialect, value, in.readBoolean() ? readText(in) : null));
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void writeText(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("spool ends in an entry");
        }
        return bytes;
    }
}
