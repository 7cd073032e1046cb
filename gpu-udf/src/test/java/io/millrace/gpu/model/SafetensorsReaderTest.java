package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsReaderTest {

    private static final long SEED = 7;

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("model.safetensors");
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Random random = new Random(SEED);
        List<StoredTensor> tensors =
                List.of(
                        StoredTensor.random("a", TensorType.F32, random, 3, 5),
                        StoredTensor.random("b", TensorType.BF16, random, 7),
                        StoredTensor.random("scalar", TensorType.F16, random),
                        StoredTensor.random("empty", TensorType.F32, random, 0, 4),
                        StoredTensor.random("ids", TensorType.I64, random, 2),
                        StoredTensor.random("c", TensorType.F16, random, 2, 3, 4));
        WeightSource source = SafetensorsReader.open(SafetensorsWriter.write(file, tensors));

        assertThat(source.names()).containsExactly("a", "b", "scalar", "empty", "ids", "c");
        for (StoredTensor tensor : tensors) {
            TensorInfo info = source.info(tensor.name());
            assertThat(info.type()).isEqualTo(tensor.type());
            assertThat(info.shape()).isEqualTo(tensor.shape());
            assertThat(bytes(source.raw(tensor.name()))).isEqualTo(tensor.bytes());
        }
    }

    @Test
    void readsFloatsByRows() throws IOException {
        float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        StoredTensor tensor = StoredTensor.floats("a", values, 4, 3);
        WeightSource source =
                SafetensorsReader.open(SafetensorsWriter.write(file, List.of(tensor)));
        float[] rows = new float[8];
        FloatBuffer target = FloatBuffer.wrap(rows, 1, 7);

        source.readRows("a", 1, 2, target);

        assertThat(rows).containsExactly(0, 3, 4, 5, 6, 7, 8, 0);
        assertThat(target.position()).isEqualTo(7);
        assertThat(source.raw("a").isReadOnly()).isTrue();
        assertThatThrownBy(() -> source.readRows("a", 2, 3, FloatBuffer.allocate(99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows: 3 from 2 (expected: within the 4");
        assertThatThrownBy(() -> source.readFloats("a", FloatBuffer.allocate(11)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target: room for 11 values (expected: 12");
    }

    @Test
    void readsBeyondTwoGibibytes() throws IOException {
        long rows = 40_000;
        long columns = 30_000;
        long bytes = rows * columns * 2;
        String header =
                "{"
                        + SafetensorsWriter.entry(
                                "large", "F16", new long[] {rows, columns}, 0, bytes)
                        + "}";
        SafetensorsWriter.write(file, header, new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(8 + header.length() + bytes);
            sparse.seek(8 + header.length() + bytes - 1);
            sparse.write(0x3c);
        }
        WeightSource source = SafetensorsReader.open(file);
        FloatBuffer target = FloatBuffer.allocate((int) columns);

        source.readRows("large", rows - 1, 1, target);

        assertThat(target.get((int) columns - 2)).isZero();
        assertThat(target.get((int) columns - 1)).isEqualTo(1f);
        assertThat(source.rawRows("large", rows - 1, 1).remaining()).isEqualTo(60_000);
        assertThatThrownBy(() -> source.raw("large"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 2 GiB at a time");
    }

    @Test
    void readsShardsByTheirIndex() throws IOException {
        Random random = new Random(SEED);
        StoredTensor first = StoredTensor.random("a", TensorType.F32, random, 2, 2);
        StoredTensor second = StoredTensor.random("b", TensorType.BF16, random, 5);
        SafetensorsWriter.write(directory.resolve("m-1.safetensors"), List.of(first));
        SafetensorsWriter.write(directory.resolve("m-2.safetensors"), List.of(second));
        Path index = index("{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\"}");

        WeightSource source = SafetensorsReader.open(index);

        assertThat(bytes(source.raw("a"))).isEqualTo(first.bytes());
        assertThat(bytes(source.raw("b"))).isEqualTo(second.bytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"m-1.safetensors\"} | m-1.safetensors: missing",
                "{\"a\":\"../m.safetensors\"} | weight_map.a: ../m.safetensors (expected: the name",
                "{\"a\":\"m-0.safetensors\"} | m-0.safetensors: tensor a: missing",
                "{\"a\":null} | weight_map.a:  (expected: the name of a file beside the index)",
                "{\"a\":3} | weight_map.a: 3 (expected: a string)",
                "{\"b\":\"m-0.safetensors\",\"b\":\"m-0.safetensors\"} | Duplicate field 'b'",
            })
    void refusesAnIndexThat(String map, String message) throws IOException {
        StoredTensor tensor = StoredTensor.floats("b", new float[1], 1);
        SafetensorsWriter.write(directory.resolve("m-0.safetensors"), List.of(tensor));
        Path index = index(map);

        assertRefused(index, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "F32 | [2,2] | [0,12] | expected: 16 bytes for F32[2, 2]",
                "F32 | [2,2] | [0,20] | within the 16 bytes of data: the file is truncated",
                "F32 | [2,2] | [16,0] | data_offsets: [16, 0] (expected: begin and end)",
                "F32 | [2,2] | [0] | data_offsets: [0] (expected: begin and end)",
                "F32 | [2,-2] | [0,16] | a.shape: -2 (expected: integers of at least 0)",
                "F32 | [2,2.5] | [0,16] | a.shape: 2.5 (expected: integers of at least 0)",
                "F32 | [4294967296,4294967296] | [0,16] | dimensions whose product fits a file",
                "F32 | 4 | [0,16] | a.shape: 4 (expected: a list)",
                "Q9 | [2,2] | [0,16] | a.dtype: Q9 (expected: a dtype of safetensors)",
                "Q4_0 | [32] | [0,18] | a.dtype: Q4_0 (expected: a dtype of safetensors)",
                "F32 | [3] | [4,16] | tensor a: begins at: 4 (expected: 0: tensors neither",
                "F32 | [3] | [0,12] | size: 100 (expected: 96 bytes: the end of the last tensor)",
            })
    void refusesATensorWith(String dtype, String shape, String offsets, String message)
            throws IOException {
        String header =
                "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(dtype, shape, offsets);
        String padded = header + " ".repeat(Math.max(0, 76 - header.length()));

        assertRefused(SafetensorsWriter.write(file, padded, new byte[16]), message);
    }

    @Test
    void refusesOverlapsAndHolesAndRepetitions() throws IOException {
        String first = SafetensorsWriter.entry("a", "F32", new long[] {2}, 0, 8);
        String overlapping = SafetensorsWriter.entry("b", "F32", new long[] {2}, 4, 12);
        String afterAHole = SafetensorsWriter.entry("b", "F32", new long[] {1}, 12, 16);

        assertRefused(
                SafetensorsWriter.write(file, "{%s,%s}".formatted(first, overlapping), twelve()),
                "tensor b: begins at: 4 (expected: 8: tensors neither overlap nor leave holes)");
        assertRefused(
                SafetensorsWriter.write(file, "{%s,%s}".formatted(first, afterAHole), sixteen()),
                "tensor b: begins at: 12 (expected: 8: tensors neither overlap nor leave holes)");
        assertRefused(
                SafetensorsWriter.write(file, "{%s,%s}".formatted(first, first), new byte[8]),
                "Duplicate field 'a'");
    }

    @Test
    void refusesABrokenHeader() throws IOException {
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);

        assertRefused(
                SafetensorsWriter.write(file, 3, empty, new byte[0]),
                "header length: 3 (expected: 2 to 2 in a file of 10 bytes)");
        assertRefused(
                SafetensorsWriter.write(file, -1, empty, new byte[0]),
                "header length: 18446744073709551615 (expected: 2 to 2");
        assertRefused(SafetensorsWriter.write(file, "[]", new byte[0]), "not a JSON object");
        assertRefused(SafetensorsWriter.write(file, "{\"a\"", new byte[0]), "not valid JSON");
        assertRefused(
                SafetensorsWriter.write(file, "{\"a\":null}", new byte[0]),
                "a: missing (expected: an object)");
        assertRefused(Files.write(file, new byte[7]), "size: 7 (expected: at least 8 bytes)");
        assertRefused(directory.resolve("absent"), "absent: missing");
    }

    @Test
    void saysWhichTensorIsNotReadable() throws IOException {
        StoredTensor ids = StoredTensor.random("ids", TensorType.I64, new Random(SEED), 2);
        WeightSource source = SafetensorsReader.open(SafetensorsWriter.write(file, List.of(ids)));

        assertThatThrownBy(() -> source.readFloats("ids", FloatBuffer.allocate(2)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tensor ids: type: I64 (expected: one of F32, F16, BF16,");
        assertThatThrownBy(() -> source.info("other"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": tensor other: missing");
    }

    @Test
    void noticesAFileThatShrankAfterOpening() throws IOException {
        StoredTensor tensor = StoredTensor.floats("a", new float[4], 4);
        WeightSource source =
                SafetensorsReader.open(SafetensorsWriter.write(file, List.of(tensor)));
        long size = Files.size(file);
        try (RandomAccessFile shrinking = new RandomAccessFile(file.toFile(), "rw")) {
            shrinking.setLength(size - 1);
        }

        assertThatThrownBy(() -> source.readFloats("a", FloatBuffer.allocate(4)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("size: %d (expected: at least %d bytes)", size - 1, size);
    }

    private Path index(String weightMap) throws IOException {
        Path index = directory.resolve("model.safetensors.index.json");
        return Files.writeString(
                index, "{\"metadata\":{\"total_size\":1},\"weight_map\":" + weightMap + "}");
    }

    private void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> SafetensorsReader.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
    }

    private static byte[] twelve() {
        return new byte[12];
    }

    private static byte[] sixteen() {
        return new byte[16];
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
