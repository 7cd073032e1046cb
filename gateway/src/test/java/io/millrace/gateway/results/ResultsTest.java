package io.millrace.gateway.results;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.arrow.ArrowResults;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.results.ResultFiles.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    private static final String GOOD = "{\"custom_id\":\"error\",\"response\":{\"error\":{}},";

    @TempDir private Path folder;

    private static String all(ChunkSource source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] chunk = source.next(); chunk != null; chunk = source.next()) {
            assertThat(chunk).isNotEmpty();
            bytes.write(chunk);
        }
        source.close();
        return bytes.toString(UTF_8);
    }

    @Test
    void everyRangeOfAllFilesIsServed() throws Exception {
        LocalResultFiles files = new LocalResultFiles(folder);
        Path batch = Files.createDirectories(folder.resolve("batch_1"));
        Files.writeString(batch.resolve("part-b"), "de");
        Files.writeString(batch.resolve("part-a"), "abc");
        Files.writeString(batch.resolve("part-c"), "");
        Files.writeString(batch.resolve("part-d"), "f");
        Files.writeString(batch.resolve(".part-e"), "no");
        Files.createDirectories(batch.resolve("part-folder"));
        List<Part> parts = files.parts("batch_1");

        assertThat(parts)
                .extracting(Part::name)
                .containsExactly("part-a", "part-b", "part-c", "part-d");
        for (int from = 0; from <= 6; from++) {
            for (int to = from; to <= 6; to++) {
                assertThat(all(new PartsSource(files, "batch_1", parts, from, to - from)))
                        .isEqualTo("abcdef".substring(from, to));
            }
        }
        assertThat(files.parts("batch_2")).isEmpty();
    }

    @Test
    void aDownloadGoesOnWhenItsFilesAreMerged() throws Exception {
        Path batch = Files.createDirectories(folder.resolve("batch_4"));
        Files.writeString(batch.resolve("part-a"), "abc");
        Files.writeString(batch.resolve("part-b"), "defg");
        LocalResultFiles files = new LocalResultFiles(folder);

        try (ChunkSource half = new PartsSource(files, "batch_4", files.parts("batch_4"), 1, 5)) {
            assertThat(half.next()).isEqualTo("bc".getBytes(UTF_8));
            Files.writeString(batch.resolve("results.jsonl"), "abcdefg");
            assertThat(files.parts("batch_4")).containsExactly(new Part("results.jsonl", 7));
            Files.delete(batch.resolve("part-a"));
            Files.delete(batch.resolve("part-b"));

            assertThat(half.next()).isEqualTo("def".getBytes(UTF_8));
            assertThat(half.next()).isNull();
        }
    }

    @Test
    void aFileThatIsGoneFailsTheDownload() throws Exception {
        Path batch = Files.createDirectories(folder.resolve("batch_5"));
        Files.writeString(batch.resolve("part-a"), "abc");
        Files.writeString(batch.resolve("part-b"), "de");
        LocalResultFiles files = new LocalResultFiles(folder);

        try (ChunkSource all = new PartsSource(files, "batch_5", files.parts("batch_5"), 0, 5)) {
            assertThat(all.next()).hasSize(3);
            Files.delete(batch.resolve("part-b"));

            assertThatThrownBy(all::next).isInstanceOf(IOException.class);
        }
    }

    @Test
    void arrowStreamsOfSeveralFilesAreOne() throws Exception {
        Path arrow = Files.createDirectories(folder.resolve("batch_6/arrow"));
        Files.write(arrow.resolve("part-b.arrow"), ArrowResults.stream(failures(4, 5)));
        Files.write(arrow.resolve("part-a.arrow"), ArrowResults.stream(failures(1, 2, 3)));
        Files.write(arrow.resolve("part-c.arrow"), ArrowResults.stream(List.of()));
        LocalResultFiles files = new LocalResultFiles(folder);
        List<Part> parts = files.arrowParts("batch_6");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ChunkSource source = new ArrowSource(files, "batch_6", parts)) {
            for (byte[] chunk = source.next(); chunk != null; chunk = source.next()) {
                bytes.write(chunk);
            }
        }

        List<String> ids = new ArrayList<>();
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader =
                        new ArrowStreamReader(
                                new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
            while (reader.loadNextBatch()) {
                FieldVector column = reader.getVectorSchemaRoot().getVector("id");
                for (int i = 0; i < column.getValueCount(); i++) {
                    ids.add(String.valueOf(column.getObject(i)));
                }
            }
            assertThat(reader.bytesRead()).isEqualTo(bytes.size());
        }

        assertThat(ids).containsExactly("r1", "r2", "r3", "r4", "r5");
        assertThat(files.arrowParts("batch_7")).isEmpty();
    }

    @Test
    void whatIsNoArrowStreamFailsTheDownload() throws Exception {
        Path arrow = Files.createDirectories(folder.resolve("batch_8/arrow"));
        Files.write(arrow.resolve("part-a.arrow"), ArrowResults.stream(failures(1)));
        LocalResultFiles files = new LocalResultFiles(folder);
        for (byte[] bytes : List.of(new byte[0], new byte[7], new byte[100], lengthTooLarge())) {
            Files.write(arrow.resolve("part-b.arrow"), bytes);
            try (ChunkSource source =
                    new ArrowSource(files, "batch_8", files.arrowParts("batch_8"))) {
                assertThat(source.next()).isNotEmpty();
                assertThatThrownBy(source::next).isInstanceOf(IOException.class);
            }
        }
    }

    private static byte[] lengthTooLarge() {
        byte[] bytes = new byte[100];
        Arrays.fill(bytes, 0, 7, (byte) -1);
        bytes[7] = 0x7f;
        return bytes;
    }

    private static List<Completion> failures(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(
                        number ->
                                new Completion(
                                        "k" + number,
                                        "r" + number,
                                        "native",
                                        "m",
                                        "t",
                                        null,
                                        new Completion.Failed(
                                                new Failure(FailureCode.EXPIRED, "late")),
                                        Usage.NONE,
                                        new Timing(1, 0, 0, 2)))
                .toList();
    }

    @Test
    void namesThatAreNoIdsReachNoFile() {
        LocalResultFiles files = new LocalResultFiles(folder);

        for (String name : List.of("..", ".", "a/b", "", "/etc", "a\0b")) {
            assertThatThrownBy(() -> files.parts(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rangesAreReadAsTheStandardSays() {
        assertThat(ByteRange.parse("bytes=0-0", 10)).isEqualTo(new ByteRange(0, 0));
        assertThat(ByteRange.parse("bytes=3-", 10)).isEqualTo(new ByteRange(3, 9));
        assertThat(ByteRange.parse("bytes=3-99", 10)).isEqualTo(new ByteRange(3, 9));
        assertThat(ByteRange.parse("bytes=-4", 10)).isEqualTo(new ByteRange(6, 9));
        assertThat(ByteRange.parse("bytes=-99", 10)).isEqualTo(new ByteRange(0, 9));
        for (String ignored : List.of("bytes=-", "bytes=5-3", "bytes=0-1,3-4", "lines=1-2", "x")) {
            assertThat(ByteRange.parse(ignored, 10)).as(ignored).isNull();
        }
        assertThatThrownBy(() -> ByteRange.parse("bytes=10-", 10)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> ByteRange.parse("bytes=-0", 10)).isInstanceOf(ApiException.class);
    }

    @Test
    void linesAreSplitByTheirErrorWhereverTheyAreCut() throws Exception {
        String good = GOOD + "\"error\":null}\n";
        String bad = GOOD + "\"error\":{\"code\":\"x\"}}\n";
        Path batch = Files.createDirectories(folder.resolve("batch_3"));
        Files.writeString(batch.resolve("part-a"), good + bad + "\n" + bad + good);
        LocalResultFiles files = new LocalResultFiles(folder);
        List<Part> parts = files.parts("batch_3");
        long size = parts.get(0).bytes();

        ChunkSource whole = new PartsSource(files, "batch_3", parts, 0, size);
        ChunkSource again = new PartsSource(files, "batch_3", parts, 0, size);

        assertThat(all(new LineFilter(whole, false))).isEqualTo(good + good);
        assertThat(all(new LineFilter(oneByteEach(again), true))).isEqualTo(bad + bad);
    }

    private static ChunkSource oneByteEach(ChunkSource source) throws IOException {
        byte[] all = all(source).getBytes(UTF_8);
        return new ChunkSource() {
            private int at;

            @Override
            public byte @Nullable [] next() {
                return at == all.length ? null : new byte[] {all[at++]};
            }

            @Override
            public void close() {}
        };
    }
}
