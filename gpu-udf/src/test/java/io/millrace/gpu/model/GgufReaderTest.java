package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GgufReaderTest {

    private static final long SEED = 11;

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("model.gguf");
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"})
    void readsBackTensorsOf(TensorType type) throws IOException {
        Random random = new Random(SEED);
        StoredTensor first = StoredTensor.random("first", type, random, 3, 64);
        StoredTensor second = StoredTensor.random("second", type, random, 32);
        Path written = new GgufWriter().tensor(first).tensor(second).write(file);

        WeightSource source = GgufReader.open(written).weights();

        assertThat(source.names()).containsExactly("first", "second");
        assertThat(source.info("first").shape()).containsExactly(3, 64);
        assertThat(source.info("first").type()).isEqualTo(type);
        assertThat(bytes(source.raw("first"))).isEqualTo(first.bytes());
        assertThat(bytes(source.raw("second"))).isEqualTo(second.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsMetadataOfVersion(int version) throws IOException {
        Path written =
                new GgufWriter()
                        .version(version)
                        .alignment(64)
                        .text("text", "Straße")
                        .integer("integer", 1_000_000)
                        .number("number", 0.5f)
                        .texts("texts", List.of("a", "bc"))
                        .entry("negative", 5, GgufWriter.buffer(4).putInt(-3).array())
                        .entry("long", 10, GgufWriter.buffer(8).putLong(5L).array())
                        .entry("double", 12, GgufWriter.buffer(8).putDouble(0.1).array())
                        .entry("flag", 7, new byte[] {1})
                        .entry("byte", 0, new byte[] {(byte) 200})
                        .entry("short", 2, new byte[] {1, 2})
                        .tensor(StoredTensor.floats("t", new float[] {1, 2}, 2))
                        .write(file);

        GgufFile gguf = GgufReader.open(written);
        GgufMetadata metadata = gguf.metadata();

        assertThat(metadata.text("text")).contains("Straße");
        assertThat(metadata.text("absent")).isEmpty();
        assertThat(metadata.integer("integer")).isEqualTo(1_000_000);
        assertThat(metadata.integer("negative")).isEqualTo(-3);
        assertThat(metadata.integer("long")).isEqualTo(5);
        assertThat(metadata.integer("byte")).isEqualTo(200);
        assertThat(metadata.integer("short")).isEqualTo(513);
        assertThat(metadata.number("number")).isEqualTo(0.5);
        assertThat(metadata.number("double")).isEqualTo(0.1);
        assertThat(metadata.length("texts")).isEqualTo(2);
        assertThat(metadata.element("texts", 1)).contains("bc");
        assertThat(metadata.element("texts", 2)).isEmpty();
        assertThat(gguf.weights().info("t").offset() % 64).isZero();
        assertThat(gguf.weights().raw("t").getFloat(4)).isEqualTo(2f);
    }

    @Test
    void namesKeyAndRuleOfUnfitMetadata() throws IOException {
        Path written =
                new GgufWriter()
                        .text("text", "x")
                        .entry("huge", 10, GgufWriter.buffer(8).putLong(1L << 40).array())
                        .write(file);
        GgufMetadata metadata = GgufReader.open(written).metadata();

        assertThatThrownBy(() -> metadata.integer("text"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": metadata text: x (expected: an integer)");
        assertThatThrownBy(() -> metadata.integer("huge"))
                .hasMessageContaining("metadata huge: 1099511627776 (expected: an integer of 32");
        assertThatThrownBy(() -> metadata.number("absent"))
                .hasMessage(file + ": metadata absent: missing");
        assertThatThrownBy(() -> metadata.length("text"))
                .hasMessageContaining("metadata text: x (expected: a list)");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole =
                new GgufWriter()
                        .text("general.name", "x")
                        .texts("texts", List.of("a"))
                        .tensor(StoredTensor.floats("t", new float[] {1, 2}, 2))
                        .bytes();
        GgufReader.open(Files.write(file, whole));

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GgufReader.open(file))
                    .as("length %d", length)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith(file.toString());
        }
    }

    @Test
    void survivesArbitraryDamageInTheHeader() throws IOException {
        byte[] whole =
                new GgufWriter()
                        .text("general.name", "x")
                        .texts("texts", List.of("a"))
                        .tensor(StoredTensor.floats("t", new float[] {1, 2}, 2))
                        .bytes();
        Random random = new Random(SEED);
        for (int i = 0; i < 800; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
            damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
            Files.write(file, damaged);
            try {
                WeightSource source = GgufReader.open(file).weights();
                source.names().forEach(source::raw);
            } catch (ModelFormatException expected) {
                assertThat(expected).hasMessageStartingWith(file.toString());
            }
        }
    }

    @Test
    void refusesOtherFilesAndVersions() throws IOException {
        assertRefused(Files.write(file, new byte[64]), "magic: 0x00000000 (expected: GGUF,");
        assertRefused(
                new GgufWriter().version(1).write(file),
                "version: 1 (expected: 2 or 3, little-endian)");
        assertRefused(
                new GgufWriter().version(3 << 24).write(file),
                "version: 50331648 (expected: 2 or 3, little-endian)");
    }

    @Test
    void refusesTensorsOutOfPlace() throws IOException {
        StoredTensor tensor = StoredTensor.floats("t", new float[16], 16);

        assertRefused(
                new GgufWriter().tensorAt(tensor, 8).write(file),
                "tensor t: offset: 8 (expected: a multiple of 32)");
        assertRefused(
                new GgufWriter().tensorAt(tensor, -32).write(file),
                "tensor t: offset: 18446744073709551584 (expected: a multiple of 32)");
        assertRefused(
                new GgufWriter().tensor(tensor).tensorAt(tensor.named("u"), 32).write(file),
                "tensor u: overlaps tensor t at offset");
        assertRefused(
                new GgufWriter().tensor(tensor).tensor(tensor).write(file),
                "tensor t: twice in the file");
    }

    @Test
    void refusesUnsupportedTypesByName() throws IOException {
        byte[] bytes = new GgufWriter().tensor(StoredTensor.floats("t", new float[2], 2)).bytes();
        int type = 24 + 8 + 1 + 4 + 8;
        bytes[type] = 12;
        assertRefused(
                Files.write(file, bytes),
                "tensor t: type: Q4_K (expected: one of F32, F16, BF16, Q4_1, Q4_0, Q8_0)");
        bytes[type] = 77;
        assertRefused(Files.write(file, bytes), "tensor t: type: 77 (expected: one of F32");
        bytes[type] = 8;
        assertRefused(
                Files.write(file, bytes),
                "tensor t: row length: 2 (expected: a multiple of 32, the block of Q8_0)");
    }

    @Test
    void refusesBadMetadata() throws IOException {
        assertRefused(
                new GgufWriter().integer("a", 1).integer("a", 2).write(file),
                "metadata a: twice in the file");
        assertRefused(
                new GgufWriter().entry("a", 13, new byte[4]).write(file),
                "metadata a: value type: 13 (expected: 0 to 12, arrays not nested)");
        byte[] nested = GgufWriter.buffer(12).putInt(9).putLong(1).array();
        assertRefused(
                new GgufWriter().entry("a", 9, nested).write(file),
                "metadata a: value type: 9 (expected: 0 to 12, arrays not nested)");
        byte[] endless = GgufWriter.buffer(12).putInt(0).putLong(Long.MAX_VALUE).array();
        assertRefused(
                new GgufWriter().entry("a", 9, endless).write(file),
                "metadata a: elements: 9223372036854775807 (expected: at most 16777216)");
        assertRefused(
                new GgufWriter().integer("general.alignment", 12).write(file),
                "metadata general.alignment: 12 (expected: a multiple of 8)");
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> GgufReader.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContaining(message);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
