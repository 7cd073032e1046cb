package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.MessageBatchParser.UnknownFields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated bodies in pieces of any size: each is either taken in, with entries that are JSON and
 * whose ids are lawful and distinct, or refused as the client's fault, in the same words however it
 * was cut. The property {@code millrace.fuzz.bodies} says how many.
 */
class MessageBatchParserFuzzTest {

    private static final int BODIES = Integer.getInteger("millrace.fuzz.bodies", 2000);

    private static final RequestLimits LIMITS =
            new RequestLimits(
                    1 << 20, 4, 1024, Duration.ofSeconds(1), Duration.ofSeconds(1), 1024, 1, 1);

    private static final List<String> SEEDS =
            List.of(
                    "{\"requests\":[{\"custom_id\":\"a\",\"params\":{\"model\":\"m\",\"max_tokens\":5,"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\\ud83d\\ude00\"}]}},"
                            + "{\"params\":{\"n\":[1,-2.5e7,true,null,{}]},\"custom_id\":\"b\"}]}",
                    "{\"x\":[{\"y\":1}],\"requests\":[{\"custom_id\":\"é\",\"params\":[]}]}",
                    "{\"requests\":[]} ",
                    "{\"requests\":[{\"custom_id\":\"a\",\"params\":1},{\"custom_id\":\"c\",\"params\":\""
                            + "z".repeat(1500)
                            + "\"},{\"custom_id\":\"d\",\"params\":{\"p\":\"\\ud800\"}}]}");

    private static final List<String> PIECES =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "\\ud800",
                    "\\u0000",
                    "null",
                    "1e999",
                    "\"custom_id\":\"a\",",
                    "\"params\":{},",
                    "\"requests\":",
                    "é",
                    "😀",
                    "\n",
                    "\t",
                    "NaN",
                    "-",
                    "0123",
                    "[[[[[[[[[[[[[[[[",
                    "\u0000",
                    "/*",
                    "//");

    /** Doubled fields in params are the job's to judge. */
    private static final JsonMapper LENIENT = JsonMapper.builder(Json.FACTORY).build();

    @TempDir private static Path folder;

    @Test
    void everyBodyIsTakenInOrRefused() throws Exception {
        for (int seed = 0; seed < BODIES; seed++) {
            Random random = new Random(seed);
            byte[] body = mutated(random);
            String whole = outcome(body, body.length, seed);
            String cut = outcome(body, 1 + random.nextInt(7), seed);

            assertThat(cut).as("seed %d: %s", seed, new String(body, UTF_8)).isEqualTo(whole);
        }
    }

    private static byte[] mutated(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(8)));
                case 2 -> text.setLength(at);
                default -> text.insert(at, text.substring(at / 2, at));
            }
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static String outcome(byte[] body, int piece, int seed) throws IOException {
        try (MessageBatchBody taken = MessageBatchBody.open(folder, LIMITS, unknown(seed))) {
            for (int at = 0; at < body.length; at += piece) {
                taken.accept(body, at, Math.min(piece, body.length - at));
            }
            taken.finish();
            assertThat(isJson(body)).as("seed %d: %s", seed, new String(body, UTF_8)).isTrue();
            return entries(body, taken.spool());
        } catch (ApiException e) {
            assertThat(e.kind().status()).as("seed %d", seed).isEqualTo(400);
            assertThat(e.message()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
            // What is found first in one that is no JSON may depend on how it was cut.
            return isJson(body) ? e.message() : "no JSON";
        }
    }

    private static boolean isJson(byte[] body) throws IOException {
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            int values = 0;
            while (json.nextToken() != null) {
                values += json.getParsingContext().inRoot() ? 1 : 0;
            }
            return values > 0;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static UnknownFields unknown(int seed) {
        return seed % 2 == 0 ? UnknownFields.REFUSED : UnknownFields.IGNORED;
    }

    private static String entries(byte[] body, EntrySpool spool) throws IOException {
        JsonNode requests = expected(body);
        List<String> ids = new ArrayList<>();
        spool.forEach(
                entry -> {
                    JsonNode value = LENIENT.readTree(entry.value());
                    assertThat(value.path("custom_id").asText()).isEqualTo(entry.id());
                    assertThat(entry.id()).matches("[a-zA-Z0-9_-]{1,64}");
                    if (requests != null && entry.refusal() == null) {
                        assertThat(value.path("params"))
                                .isEqualTo(requests.path(ids.size()).path("params"));
                    }
                    ids.add(entry.id());
                });
        assertThat(ids).doesNotHaveDuplicates().hasSize(spool.entries()).isNotEmpty();
        return ids.toString();
    }

    /** What another parser makes of it; null where it is stricter, such as about doubled fields. */
    private static @Nullable JsonNode expected(byte[] body) {
        try {
            return Json.MAPPER.readTree(body).path("requests");
        } catch (IOException e) {
            return null;
        }
    }
}
