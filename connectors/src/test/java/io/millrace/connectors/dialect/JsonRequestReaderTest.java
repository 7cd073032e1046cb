package io.millrace.connectors.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.RequestReader.Valid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JsonRequestReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> readsNativeLinesAsTheGoldenFileSays() throws IOException {
        return golden("native-requests.json");
    }

    @TestFactory
    Stream<DynamicTest> readsOpenAiLinesAsTheGoldenFileSays() throws IOException {
        return golden("openai-requests.json");
    }

    @TestFactory
    Stream<DynamicTest> readsAnthropicEntriesAsTheGoldenFileSays() throws IOException {
        return golden("anthropic-requests.json");
    }

    @Test
    void refusesMoreBytesThanTheLimitWithAResultForTheIdWhereverItStands() {
        String text = "x".repeat(10_000_000);

        assertThat(read("{\"id\":\"a\",\"prompt\":\"" + text + "\"}"))
                .isInstanceOfSatisfying(Invalid.class, JsonRequestReaderTest::isTooLarge);
        assertThat(read("{\"prompt\":\"" + text + "\",\"id\":\"a\"}"))
                .isInstanceOfSatisfying(Invalid.class, JsonRequestReaderTest::isTooLarge);
        assertThat(read("{\"custom_id\":\"a\",\"params\":{\"messages\":[{\"content\":\"" + text))
                .isInstanceOfSatisfying(
                        Invalid.class,
                        invalid -> {
                            isTooLarge(invalid);
                            assertThat(invalid.dialect()).isEqualTo("anthropic");
                        });
    }

    private static void isTooLarge(Invalid invalid) {
        assertThat(invalid.id()).isEqualTo("a");
        assertThat(ParsedJson.of(invalid).toString())
                .contains("request_too_large", "(expected: at most 8388608)");
    }

    @Test
    void readsRecordsUpToTheLimitAndNoMore() {
        JsonRequestReader reader = new JsonRequestReader(new DialectSettings(2048));
        String frame = "{\"id\":\"a\",\"prompt\":\"\"}";
        String fits = frame.replace("\"\"", '"' + "x".repeat(2048 - frame.length()) + '"');

        assertThat(read(reader, utf8(fits))).isInstanceOf(Valid.class);
        assertThat(read(reader, utf8(fits + " "))).isInstanceOf(Invalid.class);
    }

    @Test
    void refusesTooLargeRecordsWithoutAnIdAsUnreadable() {
        assertThat(read("x".repeat(10_000_000))).isInstanceOf(Unreadable.class);
    }

    @Test
    void refusesDeepNestingWithAResult() {
        String deep = "[".repeat(200_000) + "]".repeat(200_000);

        Parsed parsed = read("{\"id\":\"a\",\"prompt\":\"x\",\"metadata\":" + deep + "}");

        assertThat(ParsedJson.of(parsed).toString()).contains("invalid_request", "depth");
        assertThat(read("{\"metadata\":" + deep + "}")).isInstanceOf(Unreadable.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8NamingTheFirst() {
        byte[] line = utf8("{\"id\":\"a\",\"prompt\":\"x\"}");
        line[line.length - 3] = (byte) 0xff;

        Parsed parsed = read(new JsonRequestReader(DialectSettings.DEFAULT), line);

        assertThat(ParsedJson.of(parsed).toString())
                .contains("unreadable", "byte 0xff at offset 20 (expected: UTF-8)");
    }

    @Test
    void answersRecordsWithEncodedSurrogatesAsInvalidText() {
        byte[] line = utf8("{\"id\":\"a\",\"prompt\":\"???\"}");
        line[20] = (byte) 0xed;
        line[21] = (byte) 0xa0;
        line[22] = (byte) 0x80;

        Parsed parsed = read(new JsonRequestReader(DialectSettings.DEFAULT), line);

        assertThat(ParsedJson.of(parsed).toString())
                .contains("\"id\":\"a\"", "invalid_text", "surrogate at offset 20");
    }

    @Test
    void readsRecordsWithAByteOrderMark() {
        assertThat(read("\uFEFF{\"id\":\"a\",\"prompt\":\"x\"}")).isInstanceOf(Valid.class);
    }

    @Test
    void derivesTheSeedFromTheKeyAlone() {
        byte[] line = utf8("{\"id\":\"a\",\"prompt\":\"x\",\"temperature\":0.7}");
        JsonRequestReader reader = new JsonRequestReader(DialectSettings.DEFAULT);

        long first = seed(reader, "requests-0@1", line);

        assertThat(first).isNotZero().isEqualTo(seed(reader, "requests-0@1", line));
        assertThat(seed(reader, "requests-0@2", line)).isNotEqualTo(first);
    }

    private static long seed(JsonRequestReader reader, String key, byte[] line) {
        List<Parsed> read = new ArrayList<>();
        reader.read(new InputRecord(key, line, 0), read::add);
        return ((Valid) read.get(0)).request().sampling().seed();
    }

    /** A case holds the record as JSON, or as text where it is no JSON. */
    private static Stream<DynamicTest> golden(String file) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        JsonRequestReaderTest.class.getResourceAsStream("/dialect/" + file))) {
            List<DynamicTest> tests = new ArrayList<>();
            for (JsonNode golden : JSON.readTree(stream)) {
                JsonNode record = golden.path("record");
                String line = record.isTextual() ? record.textValue() : record.toString();
                tests.add(
                        DynamicTest.dynamicTest(
                                golden.path("name").textValue(),
                                () ->
                                        assertThat(ParsedJson.of(read(line)).toPrettyString())
                                                .isEqualTo(golden.path("read").toPrettyString())));
            }
            return tests.stream();
        }
    }

    private static Parsed read(String line) {
        return read(new JsonRequestReader(DialectSettings.DEFAULT), utf8(line));
    }

    private static Parsed read(JsonRequestReader reader, byte[] line) {
        List<Parsed> read = new ArrayList<>();
        reader.read(new InputRecord("requests-0@42", line, 7), read::add);
        assertThat(read).hasSize(1);
        return read.get(0);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
