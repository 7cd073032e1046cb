package io.millrace.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.gateway.FakeJob;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a create is told exactly, and leaves nothing behind. */
class RefusalsITCase {

    private static final String BATCHES = "/v1/messages/batches";

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static FakeJob job;
    private static TestGateway gateway;
    private static int countBefore;

    private int created;

    @BeforeAll
    static void start() throws Exception {
        KafkaLink link = BROKER.newTopics();
        job = new FakeJob(link, folder.resolve("results"));
        gateway = TestGateway.start(link, folder);
    }

    @AfterEach
    void nothingIsLeftOfWhatWasRefused() throws IOException {
        assertThat(job.requestCount()).isEqualTo(countBefore + created);
        countBefore += created;
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            try (Stream<Path> spools = Files.list(folder.resolve("spool"))) {
                                assertThat(spools).isEmpty();
                            }
                        });
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String entry(String id) {
        return "{\"custom_id\":\"" + id + "\",\"params\":{}}";
    }

    private static JsonNode error(HttpResponse<String> response, int status, String type)
            throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = Json.MAPPER.readTree(response.body());
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.path("error").path("type").asText()).isEqualTo(type);
        assertThat(response.headers().firstValue("request-id"))
                .hasValue(body.path("request_id").asText());
        return body.path("error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {} | requests: Field required
                    {"requests":[]} | requests: List should have at least 1 item after validation, not 0
                    {"requests":5} | requests: Input should be a valid list
                    [] | The request body must be a JSON object
                    {"requests":[7]} | requests.0: Input should be a valid dictionary
                    {"requests":[{"params":{}}]} | requests.0.custom_id: Field required
                    {"requests":[{"custom_id":"a"}]} | requests.0.params: Field required
                    {"requests":[{"custom_id":7,"params":{}}]} | requests.0.custom_id: Input should be a valid string
                    {"requests":[{"custom_id":"a","params":{}},{"custom_id":"b c","params":{}}]} | requests.1.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'
                    {"requests":[{"custom_id":"","params":{}}]} | requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'
                    {"requests":[{"custom_id":"a","params":{}},{"params":{},"custom_id":"a"}]} | requests.1.custom_id: Value 'a' is not unique, requests.0 has it too
                    {"requests":[{"custom_id":"a","params":{}}]}x | at byte 44
                    {"requests":[{"custom_id":"a","params":{"x":tru}}]} | at byte 45
                    {"requests":[{"custom_id":"a","params":{" | Unexpected end-of-input in field name at byte 41
                    {"requests":[{"custom_id":"a","params":{}}],"more":1} | more: Extra inputs are not permitted
                    {"requests":[{"custom_id":"a","params":{},"more":1}]} | requests.0.more: Extra inputs are not permitted
                    """)
    void whatIsWrongWithABodyIsTold(String body, String message) throws Exception {
        HttpResponse<String> response =
                gateway.send(
                        gateway.call("POST", BATCHES, BodyPublishers.ofString(body))
                                .setHeader("anthropic-version", "2026-10-21"));

        assertThat(error(response, 400, "invalid_request_error").path("message").asText())
                .contains(message);
    }

    @Test
    void idsOf65CharactersAreTooLong() throws Exception {
        HttpResponse<String> response =
                gateway.post(BATCHES, "{\"requests\":[" + entry("a".repeat(65)) + "]}");

        assertThat(error(response, 400, "invalid_request_error").path("message").asText())
                .isEqualTo("requests.0.custom_id: String should have at most 64 characters");
    }

    @Test
    void olderClientsMaySendFieldsThatNobodyKnows() throws Exception {
        HttpResponse<String> response =
                gateway.post(
                        BATCHES + "?beta=true",
                        "{\"more\":{\"a\":[1,{}]},\"requests\":[{\"x\":{\"y\":[]},\"custom_id\":\"a\","
                                + "\"params\":{\"z\":1}}]}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        created = 1;
    }

    @Test
    void tooManyRequestsAreRefused() throws Exception {
        int tooMany = TestGateway.LIMITS.maxRequestsPerBatch() + 1;
        String entries =
                IntStream.range(0, tooMany)
                        .mapToObj(i -> entry("a" + i))
                        .collect(Collectors.joining(","));

        HttpResponse<String> response = gateway.post(BATCHES, "{\"requests\":[" + entries + "]}");

        assertThat(error(response, 400, "invalid_request_error").path("message").asText())
                .isEqualTo("requests: List should have at most 1000 items after validation");
    }

    @Test
    void tooLargeABodyIsRefused() throws Exception {
        String filler = " ".repeat((int) TestGateway.LIMITS.maxBatchBytes());

        HttpResponse<String> response =
                gateway.post(BATCHES, "{\"requests\":[" + filler + entry("a") + "]}");

        error(response, 413, "request_too_large");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private HttpResponse<String> postEncoded(String encoding, byte[] body) throws Exception {
        return gateway.send(
                gateway.call("POST", BATCHES, BodyPublishers.ofByteArray(body))
                        .header("content-encoding", encoding));
    }

    @Test
    void aGzipBombIsRefused() throws Exception {
        byte[] bomb = gzip("{\"requests\":[" + " ".repeat(100 << 20));

        HttpResponse<String> response = postEncoded("gzip", bomb);

        assertThat(
                        error(response, 413, "request_too_large")
                                .path("details")
                                .path("error_code")
                                .asText())
                .isEqualTo("request_body_too_large_after_decoding");
    }

    @Test
    void aGzipBodyIsReadAndABrokenOneRefused() throws Exception {
        byte[] body = gzip("{\"requests\":[" + entry("a") + "]}");
        assertThat(postEncoded("gzip", body).statusCode()).isEqualTo(200);
        created = 1;
        body[body.length - 6] ^= 1;

        error(postEncoded("gzip", body), 400, "invalid_request_error");
        assertThat(
                        error(postEncoded("br", body), 415, "invalid_request_error")
                                .path("details")
                                .path("error_code")
                                .asText())
                .isEqualTo("request_body_encoding_unsupported");
    }

    @Test
    void halvesOfSurrogatePairsAreTheJobsToJudge() throws Exception {
        String params = "{\"x\":\"a\\ud800b\",\"ok\":\"\\ud83d\\ude00 😀\",\"n\":1e400}";
        HttpResponse<String> response =
                gateway.post(
                        BATCHES,
                        "{\"requests\":[{\"custom_id\":\"a\",\"params\":" + params + "}]}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        created = 1;
        String id = Json.MAPPER.readTree(response.body()).path("id").asText();
        assertThat(job.requests(id))
                .extracting(FakeJob.Seen::value)
                .containsExactly(
                        "{\"custom_id\":\"a\",\"params\":{\"x\":\"a\\ud800b\",\"ok\":"
                                + "\"\\ud83d\\ude00 \\ud83d\\ude00\",\"n\":1e400}}");
    }

    @Test
    void aRequestThatTheTopicDoesNotTakeIsRefusedAlone() throws Exception {
        String large =
                "{\"custom_id\":\"large\",\"params\":{\"x\":[%s]}}"
                        .formatted(
                                Stream.generate(() -> "\"" + "y".repeat(999) + "\"")
                                        .limit(70)
                                        .collect(Collectors.joining(",")));

        HttpResponse<String> response =
                gateway.post(BATCHES, "{\"requests\":[" + entry("small") + "," + large + "]}");

        created = 2;
        String id = Json.MAPPER.readTree(response.body()).path("id").asText();
        List<FakeJob.Seen> seen = job.requests(id);
        assertThat(seen)
                .filteredOn(request -> request.submission().id().equals("large"))
                .singleElement()
                .satisfies(
                        request -> {
                            assertThat(request.value()).isEqualTo("{\"custom_id\":\"large\"}");
                            assertThat(request.submission().refusal())
                                    .matches("request: 70\\d\\d\\d bytes \\(expected: .* 65536\\)");
                        });
    }

    @Test
    void aClientThatStopsInTheMiddleIsTurnedAway() throws Exception {
        try (Socket socket = socket()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    TestBroker.bytes(
                            "POST /v1/messages/batches HTTP/1.1\r\nHost: x\r\nx-api-key: "
                                    + TestGateway.KEY
                                    + "\r\nContent-Length: 1000\r\n\r\n{\"requests\":["));
            out.flush();

            byte[] answer = socket.getInputStream().readNBytes(12);

            assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 408");
        }
    }

    private static Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), gateway.address().getPort());
    }

    @Test
    void aCreateThatComesAgainMakesNoSecondBatch() throws Exception {
        String body = "{\"requests\":[" + entry("again") + "]}";

        String first = id(gateway.post(BATCHES, body));
        String second = id(gateway.post(BATCHES, body));
        String retried = id(post(body, "x-stainless-retry-count", "1"));
        String meant = id(post(body, "x-stainless-retry-count", "0"));

        assertThat(second).isEqualTo(first);
        assertThat(retried).isIn(first, meant);
        assertThat(meant).isNotEqualTo(first);
        created = 2;
    }

    @Test
    void anIdempotencyKeyStandsForOneBatch() throws Exception {
        String body = "{\"requests\":[" + entry("keyed") + "]}";

        String first = id(post(body, "idempotency-key", "k-1"));
        String second = id(post(body, "idempotency-key", "k-1"));
        String other = id(post(body, "idempotency-key", "k-2"));
        HttpResponse<String> wrong = post(body + " ", "idempotency-key", "k-1");

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        error(wrong, 409, "conflict_error");
        assertThat(wrong.headers().firstValue("x-should-retry")).hasValue("false");
        created = 2;
    }

    private HttpResponse<String> post(String body, String header, String value) throws Exception {
        return gateway.send(
                gateway.call("POST", BATCHES, BodyPublishers.ofString(body)).header(header, value));
    }

    private static String id(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body()).path("id").asText();
    }

    @Test
    void quotasOfTheWorkspaceHold() throws Exception {
        String four =
                IntStream.range(0, 4)
                        .mapToObj(i -> entry("q" + i))
                        .collect(Collectors.joining(","));

        HttpResponse<String> tooMany = postPoor("{\"requests\":[" + four + "]}");
        HttpResponse<String> fits = postPoor("{\"requests\":[" + entry("q") + "]}");
        HttpResponse<String> second = postPoor("{\"requests\":[" + entry("r") + "]}");

        JsonNode error = error(tooMany, 429, "rate_limit_error");
        assertThat(error.path("message").asText()).contains("3 requests in the queue");
        assertThat(tooMany.headers().firstValue("retry-after")).hasValue("60");
        assertThat(fits.statusCode()).isEqualTo(200);
        created = 1;
        assertThat(error(second, 429, "rate_limit_error").path("message").asText())
                .contains("1 batches in progress");
        // Five calls a minute were allowed, and these were three.
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statuses.add(
                    gateway.send(
                                    gateway.call("GET", BATCHES, BodyPublishers.noBody())
                                            .setHeader("x-api-key", TestGateway.POOR_KEY))
                            .statusCode());
        }
        assertThat(statuses).startsWith(200, 200).contains(429);
    }

    private static HttpResponse<String> postPoor(String body) throws Exception {
        return gateway.send(
                gateway.call("POST", BATCHES, BodyPublishers.ofString(body))
                        .setHeader("x-api-key", TestGateway.POOR_KEY));
    }
}
