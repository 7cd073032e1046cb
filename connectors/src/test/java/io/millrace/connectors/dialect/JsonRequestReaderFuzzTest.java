package io.millrace.connectors.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Failure;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonRequestReaderFuzzTest {

    private static final List<String> LINES =
            List.of(
                    "{\"id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"Grüße 👋\"}],"
                            + "\"max_tokens\":12,\"temperature\":0.5,\"top_p\":0.9,\"top_k\":40,"
                            + "\"min_p\":0.05,\"repetition_penalty\":1.1,\"seed\":-7,"
                            + "\"stop\":[\"x\"],\"stop_token_ids\":[5],\"ignore_eos\":true,"
                            + "\"logprobs\":true,\"top_logprobs\":3,\"tenant\":\"acme\","
                            + "\"priority\":5,\"deadline\":\"2026-11-24T12:00:00Z\","
                            + "\"session\":\"s\",\"adapter\":\"poet\"}",
                    "{\"id\":\"a\",\"token_ids\":[1,2,3],\"stop\":\"x\"}",
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                            + "\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
                            + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}],"
                            + "\"max_completion_tokens\":5,\"tools\":[],\"n\":1,\"seed\":3,"
                            + "\"response_format\":{\"type\":\"text\"},\"modalities\":[\"text\"]}}",
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\","
                            + "\"body\":{\"model\":\"m\",\"prompt\":[[1,2]],\"logprobs\":2}}",
                    "{\"custom_id\":\"a\",\"params\":{\"model\":\"m\",\"max_tokens\":5,"
                            + "\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}],"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                            + "\"thinking\":{\"type\":\"disabled\"},\"stop_sequences\":[\"x\"]}}");

    /** Pieces that have a meaning somewhere in a line. */
    private static final List<String> PIECES =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "1e400",
                    "99999999999999999999",
                    "0.5",
                    "\"\"",
                    "[]",
                    "{}",
                    "[[1]]",
                    "\"x\"",
                    "\"\\ud800\"",
                    "\\u0000",
                    "{\"type\":\"image\"}",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "[",
                    "}",
                    "\"id\":\"b\",",
                    "\uFEFF",
                    " ");

    private final RequestReader reader = Dialects.reader(DialectSettings.DEFAULT);

    @Property
    void answersAnyBytes(@ForAll byte[] bytes) {
        assertOneOutcome(bytes);
    }

    @Property(tries = 5_000)
    void answersMutatedLines(@ForAll("mutatedLines") byte[] bytes) {
        assertOneOutcome(bytes);
    }

    @Property(tries = 2_000)
    void answersLinesWithAnyValueInAnyPlace(@ForAll("replacedValues") String line) {
        assertOneOutcome(line.getBytes(StandardCharsets.UTF_8));
    }

    private void assertOneOutcome(byte[] bytes) {
        List<Parsed> read = new ArrayList<>();
        reader.read(new InputRecord("requests-0@42", bytes, 7), read::add);

        assertThat(read).hasSize(1);
        if (read.get(0) instanceof Invalid invalid) {
            assertSensible(invalid.failure());
            assertThat(invalid.id()).isNotEmpty();
        } else if (read.get(0) instanceof Unreadable unreadable) {
            assertSensible(unreadable.failure());
            assertThat(unreadable.input().value()).isSameAs(bytes);
        }
    }

    private static void assertSensible(Failure failure) {
        assertThat(failure.message()).doesNotContain("internal error").hasSizeLessThan(500);
        assertThat(UnicodeFields.isValid(failure.message())).isTrue();
    }

    @Provide
    Arbitrary<byte[]> mutatedLines() {
        return Arbitraries.randomValue(
                random -> {
                    byte[] line = anyOf(LINES, random).getBytes(StandardCharsets.UTF_8);
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        line = mutated(line, random);
                    }
                    return line;
                });
    }

    private static byte[] mutated(byte[] line, Random random) {
        int at = random.nextInt(line.length + 1);
        int to = Math.min(line.length, at + random.nextInt(20));
        return switch (random.nextInt(4)) {
            case 0 -> spliced(line, at, at, anyOf(PIECES, random).getBytes(StandardCharsets.UTF_8));
            case 1 -> spliced(line, at, to, new byte[0]);
            case 2 -> spliced(line, at, at, Arrays.copyOfRange(line, at, to));
            default ->
                    spliced(
                            line,
                            at,
                            Math.min(line.length, at + 1),
                            new byte[] {(byte) random.nextInt(256)});
        };
    }

    private static byte[] spliced(byte[] line, int from, int to, byte[] piece) {
        byte[] result = Arrays.copyOf(line, line.length - (to - from) + piece.length);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(line, to, result, from + piece.length, line.length - to);
        return result;
    }

    /** Replaces what stands between a colon and the next comma or bracket. */
    @Provide
    Arbitrary<String> replacedValues() {
        return Arbitraries.randomValue(
                random -> {
                    String line = anyOf(LINES, random);
                    List<Integer> colons = new ArrayList<>();
                    for (int i = line.indexOf("\":"); i >= 0; i = line.indexOf("\":", i + 1)) {
                        colons.add(i + 2);
                    }
                    int from = anyOf(colons, random);
                    int to = from;
                    while (to < line.length() && ",}]".indexOf(line.charAt(to)) < 0) {
                        to++;
                    }
                    return line.substring(0, from) + anyOf(PIECES, random) + line.substring(to);
                });
    }

    private static <T> T anyOf(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
