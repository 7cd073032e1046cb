package io.millrace.connectors.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.file.EncodedBulkWriter;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.local.LocalDataOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowResultsTest {

    private final BufferAllocator allocator = new RootAllocator();

    @TempDir private Path directory;

    @AfterEach
    void nothingIsLeftInTheAllocator() {
        assertThat(allocator.getAllocatedMemory()).isZero();
        allocator.close();
    }

    @Test
    void successAndFailureFillTheirColumns() throws IOException {
        List<String> rows = rows(ArrowResults.stream(List.of(succeeded("größe"), failed("b"))));

        assertThat(rows)
                .containsExactly(
                        "größe succeeded m t|text stop \n null null|1 2 3|4 5 6 7|"
                                + "[{\"token_id\":7,\"token\":\" a\",\"logprob\":-0.5,"
                                + "\"top\":[{\"token_id\":8,\"token\":\"b\",\"logprob\":-1.5}]},"
                                + "{\"token_id\":9,\"token\":\"c\",\"logprob\":-2.5,\"top\":[]}]",
                        "b expired m t|null null null expired late|0 0 0|4 null null 7|null");
    }

    @Test
    void noResultsAreAStreamWithoutRows() throws IOException {
        assertThat(rows(ArrowResults.stream(List.of()))).isEmpty();
    }

    @Test
    void resultsBeyondAFullBatchBeginAnother() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<Integer> written = new ArrayList<>();
        try (ArrowResultEncoder encoder = encoder(2)) {
            stream.writeBytes(encoder.begin());
            for (String id : List.of("a", "b", "c")) {
                byte[] bytes = encoder.add(id.equals("b") ? failed(id) : succeeded(id));
                written.add(bytes.length == 0 ? 0 : 1);
                stream.writeBytes(bytes);
            }
            stream.writeBytes(encoder.flush());
            assertThat(encoder.flush()).as("nothing left").isEmpty();
            stream.writeBytes(encoder.end());
        }

        assertThat(written).containsExactly(0, 1, 0);
        assertThat(ids(stream.toByteArray())).containsExactly("a", "b", "c");
    }

    @Test
    void anotherEncoderGoesOnBehindAnyBatch() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (ArrowResultEncoder first = encoder(1)) {
            stream.writeBytes(first.begin());
            stream.writeBytes(first.add(succeeded("a")));
        }
        try (ArrowResultEncoder second = encoder(1)) {
            stream.writeBytes(second.add(failed("b")));
            stream.writeBytes(second.end());
        }

        assertThat(ids(stream.toByteArray())).containsExactly("a", "b");
    }

    @Test
    void unfinishedBatchFreesItsMemoryToo() {
        try (ArrowResultEncoder encoder = encoder(100)) {
            assertThat(encoder.add(succeeded("a"))).isEmpty();
        }
    }

    @Test
    void flinksFileSinkCanWriteThem() throws IOException {
        Path file = directory.resolve("out.arrows");
        BulkWriter.Factory<Completion> factory = EncodedBulkWriter.factory(ArrowResults.encoder(2));

        try (LocalDataOutputStream out = new LocalDataOutputStream(file.toFile())) {
            BulkWriter<Completion> writer = factory.create(out);
            for (String id : List.of("a", "b", "c")) {
                writer.addElement(succeeded(id));
            }
            writer.finish();
        }

        assertThat(ids(Files.readAllBytes(file))).containsExactly("a", "b", "c");
    }

    @Test
    void batchesNeedRows() {
        assertThatThrownBy(() -> ArrowResults.encoder(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows of an Arrow batch: 0");
    }

    private ArrowResultEncoder encoder(int batchRows) {
        return new ArrowResultEncoder(
                allocator.newChildAllocator("encoder", 0, Long.MAX_VALUE), batchRows);
    }

    private List<String> ids(byte[] stream) throws IOException {
        return rows(stream).stream().map(row -> row.substring(0, row.indexOf(' '))).toList();
    }

    private List<String> rows(byte[] stream) throws IOException {
        List<String> rows = new ArrayList<>();
        try (ArrowStreamReader reader =
                new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                IntStream.range(0, root.getRowCount()).forEach(i -> rows.add(row(root, i)));
            }
        }
        return rows;
    }

    private static String row(VectorSchemaRoot root, int row) {
        return String.join(
                "|",
                values(root, row, "id", "status", "model", "tenant"),
                values(
                        root,
                        row,
                        "text",
                        "finish_reason",
                        "stop_sequence",
                        "error_code",
                        "error_message"),
                values(root, row, "input_tokens", "output_tokens", "cached_tokens"),
                values(root, row, "arrival", "started", "first_token", "finished"),
                values(root, row, "logprobs"));
    }

    private static String values(VectorSchemaRoot root, int row, String... columns) {
        List<String> values = new ArrayList<>();
        for (String column : columns) {
            values.add(String.valueOf(root.getVector(column).getObject(row)));
        }
        return String.join(" ", values);
    }

    private static Completion succeeded(String id) {
        List<TokenLogprobs> logprobs =
                List.of(
                        new TokenLogprobs(
                                new TokenLogprobs.Entry(7, " a", -0.5f),
                                List.of(new TokenLogprobs.Entry(8, "b", -1.5f))),
                        new TokenLogprobs(new TokenLogprobs.Entry(9, "c", -2.5f), List.of()));
        return new Completion(
                "k",
                id,
                "native",
                "m",
                "t",
                null,
                new Completion.Succeeded(new Answer("text", FinishReason.STOP, "\n", logprobs)),
                new Usage(1, 2, 3),
                new Timing(4, 5, 6, 7));
    }

    private static Completion failed(String id) {
        return new Completion(
                "k",
                id,
                "native",
                "m",
                "t",
                null,
                new Completion.Failed(new Failure(FailureCode.EXPIRED, "late")),
                Usage.NONE,
                new Timing(4, 0, 0, 7));
    }
}
