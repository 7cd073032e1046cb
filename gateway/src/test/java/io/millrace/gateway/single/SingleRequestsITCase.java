package io.millrace.gateway.single;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.Json;
import io.millrace.wire.SubmissionHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One request, one answer, with a test in the job's place. */
class SingleRequestsITCase {

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static KafkaLink link;
    private static TestGateway gateway;
    private static int seen;

    @BeforeAll
    static void start() throws Exception {
        link = BROKER.newTopics();
        gateway = TestGateway.start(link, folder);
        // The topic of answers is followed apart from those of batches.
        Awaitility.await().until(() -> gateway.post("/v1/messages", "[]").statusCode() == 400);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Sends a request, waits for it on its topic, and answers it with a line. */
    private static HttpResponse<String> exchange(String path, String body, String answer)
            throws Exception {
        CompletableFuture<HttpResponse<String>> response =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return gateway.post(path, body);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Awaitility.await().until(() -> requests().size() > seen);
        ConsumerRecord<byte[], byte[]> request =
                requests().stream()
                        .max((a, b) -> Long.compare(a.timestamp(), b.timestamp()))
                        .orElseThrow();
        seen++;
        assertThat(SubmissionHeaders.read(request.key(), request.headers()))
                .satisfies(
                        submission -> {
                            assertThat(submission.tenant()).isEqualTo("alpha");
                            assertThat(submission.batch()).isNull();
                        });
        assertThat(new String(request.value(), UTF_8)).doesNotContain("stream");
        TestBroker.produce(
                link,
                new ProducerRecord<>(link.resultsTopic(), request.key(), TestBroker.bytes(answer)));
        return response.get();
    }

    private static List<ConsumerRecord<byte[], byte[]>> requests() {
        return TestBroker.committed(link, link.requestsTopic());
    }

    private static String message() {
        return """
               {"custom_id":"x","result":{"type":"succeeded","message":{"id":"msg_1","type":"message",\
               "role":"assistant","model":"m","content":[{"type":"text","text":"Hi there","citations":null}],\
               "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2,\
               "service_tier":"batch"}}}}""";
    }

    @Test
    void aMessageIsAnswered() throws Exception {
        HttpResponse<String> response =
                exchange("/v1/messages", "{\"model\":\"m\",\"stream\":false}", message());

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = Json.MAPPER.readTree(response.body());
        assertThat(body.path("content").path(0).path("text").asText()).isEqualTo("Hi there");
        assertThat(body.path("usage").path("service_tier").asText()).isEqualTo("standard");
    }

    @Test
    void aStreamHasTheEventsOfTheApi() throws Exception {
        HttpResponse<String> response =
                exchange("/v1/messages", "{\"model\":\"m\",\"stream\":true}", message());

        assertThat(response.headers().firstValue("content-type").orElse(""))
                .startsWith("text/event-stream");
        assertThat(response.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        assertThat(response.body())
                .contains("\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi there\"}");
    }

    @Test
    void aRefusalOfTheJobHasItsStatus() throws Exception {
        HttpResponse<String> response =
                exchange(
                        "/v1/messages",
                        "{\"model\":\"none\"}",
                        "{\"custom_id\":\"x\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":"
                                + "\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":"
                                + "\"model: none\"},\"request_id\":null}}}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("\"message\":\"model: none\"");
    }

    @Test
    void aChatIsAnsweredWholeAndAsAStream() throws Exception {
        String answer =
                """
                {"id":"r","custom_id":"x","response":{"status_code":200,"request_id":"q","body":\
                {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":\
                [{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}},"error":null}""";
        String body = "{\"model\":\"m\",\"messages\":[]";

        HttpResponse<String> whole = exchange("/v1/chat/completions", body + "}", answer);
        HttpResponse<String> streamed =
                exchange(
                        "/v1/chat/completions",
                        body + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                        answer);
        HttpResponse<String> failed =
                exchange(
                        "/v1/chat/completions",
                        body + "}",
                        "{\"custom_id\":\"x\",\"response\":{\"status_code\":404,\"body\":{}},"
                                + "\"error\":{\"code\":\"unknown_model\",\"message\":\"no\"}}");

        assertThat(Json.MAPPER.readTree(whole.body()).path("id").asText()).isEqualTo("chatcmpl-1");
        assertThat(streamed.body())
                .contains("\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"}")
                .contains("\"finish_reason\":\"stop\"")
                .contains("\"total_tokens\":2")
                .endsWith("data: [DONE]\n\n");
        assertThat(failed.statusCode()).isEqualTo(404);
        assertThat(failed.body()).contains("\"code\":\"unknown_model\"");
    }

    @Test
    void tokensAreCountedByTheJobsOwnRules() throws Exception {
        HttpResponse<String> response =
                gateway.post("/v1/messages/count_tokens", "{\"model\":\"m\",\"messages\":[]}");

        // The counter of the tests counts bytes.
        int tokens = Json.MAPPER.readTree(response.body()).path("input_tokens").asInt();
        assertThat(tokens).isGreaterThan("{\"model\":\"m\",\"messages\":[]}".length());
        assertThat(gateway.post("/v1/messages/count_tokens", "{").statusCode()).isEqualTo(400);
    }
}
