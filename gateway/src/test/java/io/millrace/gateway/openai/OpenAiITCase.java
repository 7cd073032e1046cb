package io.millrace.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.gateway.FakeJob;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and batches of OpenAI's API, against a real broker. */
class OpenAiITCase {

    private static final String BOUNDARY = "----b0undary";
    private static final String URL = "/v1/chat/completions";

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static FakeJob job;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        KafkaLink link = BROKER.newTopics();
        job = new FakeJob(link, folder.resolve("results"));
        gateway = TestGateway.start(link, folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpRequest.Builder call(String method, String path, String body) {
        return HttpRequest.newBuilder(gateway.address().resolve(path))
                .header("authorization", "Bearer " + TestGateway.KEY)
                .method(method, BodyPublishers.ofString(body));
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    private static String line(String id) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":{\"model\":\"m\",\"messages\":[]}}\n"
                .formatted(id, URL);
    }

    private static HttpResponse<String> upload(String content, String purpose) throws Exception {
        String form =
                """
                --%1$s\r
                Content-Disposition: form-data; name="file"; filename="../in.jsonl"\r
                Content-Type: application/octet-stream\r
                \r
                %2$s\r
                --%1$s\r
                Content-Disposition: form-data; name="purpose"\r
                \r
                %3$s\r
                --%1$s--\r
                """
                        .formatted(BOUNDARY, content, purpose);
        return gateway.send(
                call("POST", "/v1/files", form)
                        .header("content-type", "multipart/form-data; boundary=" + BOUNDARY));
    }

    private static HttpResponse<String> create(String file, String more) throws Exception {
        return gateway.send(
                call(
                                "POST",
                                "/v1/batches",
                                """
                                {"input_file_id":"%s","endpoint":"%s","completion_window":"24h"%s}"""
                                        .formatted(file, URL, more))
                        .header("x-stainless-retry-count", "0"));
    }

    @Test
    void aFileIsKeptGivenBackAndDeleted() throws Exception {
        String content = line("a") + line("b");
        JsonNode file = json(upload(content, "batch"));
        String path = "/v1/files/" + file.path("id").asText();

        assertThat(file.path("object").asText()).isEqualTo("file");
        assertThat(file.path("bytes").asInt()).isEqualTo(content.length());
        assertThat(file.path("filename").asText()).isEqualTo(".._in.jsonl");
        assertThat(json(gateway.send(call("GET", path, "")))).isEqualTo(file);
        assertThat(json(gateway.send(call("GET", "/v1/files?limit=1000", ""))).path("data"))
                .contains(file);
        assertThat(gateway.send(call("GET", path + "/content", "")).body()).isEqualTo(content);
        HttpResponse<String> others =
                gateway.send(
                        call("GET", path, "")
                                .setHeader("authorization", "Bearer " + TestGateway.OTHER_KEY));
        assertThat(others.statusCode()).isEqualTo(404);
        assertThat(json(gateway.send(call("DELETE", path, ""))).path("deleted").asBoolean())
                .isTrue();
        assertThat(gateway.send(call("GET", path, "")).statusCode()).isEqualTo(404);
    }

    @Test
    void uploadsThatAreRefusedLeaveNoFile() throws Exception {
        assertThat(upload(line("a"), "fine-tune").statusCode()).isEqualTo(400);
        String large = "x".repeat((int) TestGateway.LIMITS.maxBatchBytes() + 1);
        assertThat(upload(large, "batch").statusCode()).isEqualTo(413);
        HttpResponse<String> noForm =
                gateway.send(call("POST", "/v1/files", "x").header("content-type", "text/plain"));
        assertThat(noForm.statusCode()).isEqualTo(400);

        Awaitility.await()
                .untilAsserted(
                        () -> {
                            try (Stream<Path> files = Files.list(folder.resolve("uploads"))) {
                                assertThat(files.map(Path::toString))
                                        .noneMatch(name -> name.endsWith(".part"));
                            }
                        });
    }

    @Test
    void aBatchRunsFromFileToFiles() throws Exception {
        String file = json(upload(line("a") + "\n" + line("b"), "batch")).path("id").asText();

        JsonNode batch = json(create(file, ",\"metadata\":{\"k\":\"v\"}"));

        String id = batch.path("id").asText();
        assertThat(batch.path("status").asText()).isEqualTo("in_progress");
        assertThat(batch.path("request_counts").path("total").asInt()).isEqualTo(2);
        assertThat(batch.path("metadata").path("k").asText()).isEqualTo("v");
        assertThat(batch.path("model").asText()).isEqualTo("m");
        assertThat(batch.path("output_file_id").isNull()).isTrue();
        assertThat(job.requests(id))
                .extracting(FakeJob.Seen::value)
                .containsExactlyInAnyOrder(line("a").strip(), line("b").strip());
        assertThat(job.requests(id))
                .extracting(seen -> seen.submission().dialect())
                .containsOnly("openai");
        String good = "{\"custom_id\":\"a\",\"response\":{\"status_code\":200},\"error\":null}";
        String bad = "{\"custom_id\":\"b\",\"response\":null,\"error\":{\"code\":\"x\"}}";
        job.end(id, new BatchCounts(1, 1, 0, 0, 7, 8, 0), List.of(good, bad));
        Awaitility.await().until(() -> retrieve(id).path("status").asText().equals("completed"));
        JsonNode ended = retrieve(id);

        assertThat(content(ended.path("output_file_id").asText())).isEqualTo(good + "\n");
        assertThat(content(ended.path("error_file_id").asText())).isEqualTo(bad + "\n");
        assertThat(ended.path("usage").path("total_tokens").asInt()).isEqualTo(15);
        String described = "/v1/files/" + ended.path("output_file_id").asText();
        assertThat(json(gateway.send(call("GET", described, ""))).path("purpose").asText())
                .isEqualTo("batch_output");
    }

    private static JsonNode retrieve(String id) throws Exception {
        return json(gateway.send(call("GET", "/v1/batches/" + id, "")));
    }

    private static String content(String file) throws Exception {
        return gateway.send(call("GET", "/v1/files/" + file + "/content", "")).body();
    }

    @Test
    void batchesAreListedByPagesAndCanceled() throws Exception {
        String file = json(upload(line("a"), "batch")).path("id").asText();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ids.add(0, json(create(file, "")).path("id").asText());
        }

        JsonNode page = json(gateway.send(call("GET", "/v1/batches?limit=1", "")));
        JsonNode next =
                json(gateway.send(call("GET", "/v1/batches?limit=1&after=" + ids.get(0), "")));
        JsonNode canceled =
                json(gateway.send(call("POST", "/v1/batches/" + ids.get(0) + "/cancel", "")));

        assertThat(page.path("data").path(0).path("id").asText()).isEqualTo(ids.get(0));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(next.path("data").path(0).path("id").asText()).isEqualTo(ids.get(1));
        assertThat(canceled.path("status").asText()).isEqualTo("cancelling");
        assertThat(canceled.path("cancelling_at").isIntegralNumber()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {} | line 1: custom_id: expected a string of 1 to 512
                    7 | line 1: not a JSON object
                    {"custom_id | line 1: not valid JSON
                    {"custom_id":"a","method":"GET"} | line 1: method: expected 'POST'
                    {"custom_id":"a","method":"POST","url":"/x"} | line 1: url: expected '/v1/chat/completions'
                    {"custom_id":"a","method":"POST","url":"/v1/chat/completions"} | line 1: body: Field required
                    """)
    void whatIsWrongWithALineIsTold(String line, String message) throws Exception {
        String file = json(upload(line, "batch")).path("id").asText();

        HttpResponse<String> refused = create(file, "");

        assertThat(refused.statusCode()).isEqualTo(400);
        JsonNode error = Json.MAPPER.readTree(refused.body()).path("error");
        assertThat(error.path("message").asText()).contains(message);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void aSecondLineOfTheSameIdIsRefused() throws Exception {
        String file = json(upload(line("a") + line("a"), "batch")).path("id").asText();

        HttpResponse<String> refused = create(file, "");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("line 2: custom_id: line 1 has the same");
        assertThat(create("file-0000000000000000000000aa", "").statusCode()).isEqualTo(400);
        assertThat(create("../../etc/passwd", "").statusCode()).isEqualTo(400);
    }
}
