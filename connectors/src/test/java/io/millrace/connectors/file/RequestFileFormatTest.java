package io.millrace.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.codec.CodecTypeInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFileFormatTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(99), ZoneOffset.UTC);

    private final RequestFileFormat format =
            new RequestFileFormat(
                    new FileLimits(4096, 4096), CodecTypeInfo.of(new InputRecordCodec()), CLOCK);

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"in.jsonl", "in.jsonl.gz", "IN.JSONL.GZIP"})
    void everyPositionIsOneToGoOnFrom(String name) throws IOException {
        Path file = write(name, lines(400).getBytes(UTF_8));
        List<RecordAndPosition<InputRecord>> all = read(file, CheckpointedPosition.NO_OFFSET);
        assertThat(all).hasSize(400);
        assertThat(all.get(0).getRecord().key()).isEqualTo(name + "@0");
        assertThat(all.get(0).getRecord().arrivalMs()).isEqualTo(99);
        assertThat(all.get(7).getRecord().key()).isEqualTo(name + "@" + all.get(6).getOffset());

        for (int i : new int[] {0, 1, 127, 128, 250, 398, 399}) {
            assertThat(keys(read(file, all.get(i).getOffset())))
                    .isEqualTo(keys(all.subList(i + 1, all.size())));
        }
    }

    @Test
    void filesLargerThanTheBufferAreSoughtIn() throws IOException {
        Path file = write("in.jsonl", lines(100_000).getBytes(UTF_8));
        List<RecordAndPosition<InputRecord>> all = read(file, 0);

        assertThat(keys(read(file, all.get(99_000).getOffset())))
                .isEqualTo(keys(all.subList(99_001, 100_000)));
    }

    @Test
    void batchesAreBounded() throws IOException {
        Path file = write("in.jsonl", ("x".repeat(4000) + "\n").repeat(3000).getBytes(UTF_8));

        try (BulkFormat.Reader<InputRecord> reader = open(file, 0)) {
            BulkFormat.RecordIterator<InputRecord> batch = reader.readBatch();
            int records = 0;
            while (batch.next() != null) {
                records++;
            }
            assertThat(records).isEqualTo(128);
        }
    }

    @Test
    void truncatedGzipEndsTheJobForGoodAfterWhatWasWhole() throws IOException {
        byte[] compressed = gzip(noise(20_000));
        Path file = directory.resolve("in.jsonl.gz");
        Files.write(file, Arrays.copyOf(compressed, compressed.length - 500));

        try (BulkFormat.Reader<InputRecord> reader = open(file, 0)) {
            assertThat(reader.readBatch()).isNotNull();
            assertThatThrownBy(
                            () -> {
                                while (reader.readBatch() != null) {
                                    // To the damage.
                                }
                            })
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessageContaining("input: in.jsonl.gz cannot be decompressed behind byte ");
        }
    }

    @Test
    void textNamedGzipIsRefused() throws IOException {
        Path file = directory.resolve("in.jsonl.gz");
        Files.writeString(file, "{}");

        assertThatThrownBy(() -> open(file, 0))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("in.jsonl.gz (expected: a gzip file, as its name says)");
    }

    @Test
    void inputsAreCheckedBeforeTheJobStarts() {
        org.apache.flink.core.fs.Path file = path(directory.resolve("missing.jsonl"));
        CodecTypeInfo<InputRecord> type = CodecTypeInfo.of(new InputRecordCodec());

        assertThatThrownBy(() -> RequestFileSource.requireReadable(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.jsonl (expected: a file that can be read)");
        assertThatThrownBy(() -> RequestFileSource.requireReadable(path(directory)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a directory (expected: a file)");
        assertThatThrownBy(
                        () ->
                                RequestFileSource.of(
                                        List.of(file, file), FileLimits.DEFAULT, type, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("files whose names differ");
    }

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, name.endsWith("jsonl") ? bytes : gzip(bytes));
        return file;
    }

    private List<RecordAndPosition<InputRecord>> read(Path file, long offset) throws IOException {
        List<RecordAndPosition<InputRecord>> all = new ArrayList<>();
        try (BulkFormat.Reader<InputRecord> reader = open(file, offset)) {
            BulkFormat.RecordIterator<InputRecord> batch = reader.readBatch();
            while (batch != null) {
                for (var next = batch.next(); next != null; next = batch.next()) {
                    all.add(next);
                }
                batch.releaseBatch();
                batch = reader.readBatch();
            }
        }
        return all;
    }

    private BulkFormat.Reader<InputRecord> open(Path file, long offset) throws IOException {
        long length = Files.size(file);
        FileSourceSplit split =
                new FileSourceSplit("0", path(file), 0, length, 0, length)
                        .updateWithCheckpointedPosition(new CheckpointedPosition(offset, 0));
        return format.restoreReader(new Configuration(), split);
    }

    private static List<String> keys(List<RecordAndPosition<InputRecord>> records) {
        return records.stream().map(record -> record.getRecord().key()).toList();
    }

    private static String lines(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("{\"id\":\"").append(i).append(i % 3 == 0 ? "\"}\r\n" : "\"}\n");
        }
        return text.toString();
    }

    /** Lines that do not compress. */
    private static byte[] noise(int lines) {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(random.nextLong()).append('\n');
        }
        return text.toString().getBytes(UTF_8);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static org.apache.flink.core.fs.Path path(Path file) {
        return new org.apache.flink.core.fs.Path(file.toUri());
    }
}
