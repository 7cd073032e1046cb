package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Keys, versions, paths that lead nowhere, and a Kafka that is not there. */
class DoorITCase {

    private static final String BATCHES = "/v1/messages/batches";
    private static final String BODY = "{\"requests\":[{\"custom_id\":\"a\",\"params\":{}}]}";

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start(BROKER.newTopics(), folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder call = HttpRequest.newBuilder(gateway.address().resolve(path));
        if (headers.length > 0) {
            call.headers(headers);
        }
        return gateway.send(call);
    }

    private static JsonNode error(HttpResponse<String> response) throws Exception {
        return Json.MAPPER.readTree(response.body()).path("error");
    }

    @Test
    void bothHeadersOfKeysAreAcceptedAndTheOlderWins() throws Exception {
        String bearer = "Bearer " + TestGateway.KEY;

        assertThat(get(BATCHES, "x-api-key", TestGateway.KEY).statusCode()).isEqualTo(200);
        assertThat(get(BATCHES, "authorization", bearer).statusCode()).isEqualTo(200);
        HttpResponse<String> both =
                get(BATCHES, "authorization", bearer, "x-api-key", "not-a-known-key");
        assertThat(both.statusCode()).isEqualTo(401);
        assertThat(error(both).path("type").asText()).isEqualTo("authentication_error");
        assertThat(both.body()).doesNotContain("not-a-known-key");
        assertThat(get(BATCHES).statusCode()).isEqualTo(401);
    }

    @Test
    void theWorkspaceMustBeTheKeys() throws Exception {
        HttpResponse<String> other =
                get(BATCHES, "x-api-key", TestGateway.KEY, "anthropic-workspace-id", "beta");

        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(error(other).path("type").asText()).isEqualTo("permission_error");
        assertThat(
                        get(
                                        BATCHES,
                                        "x-api-key",
                                        TestGateway.KEY,
                                        "anthropic-workspace-id",
                                        "alpha")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void versionsThatNobodyKnowsAreRefusedAndBetasAreNot() throws Exception {
        assertThat(
                        get(
                                        BATCHES,
                                        "x-api-key",
                                        TestGateway.KEY,
                                        "anthropic-version",
                                        "2031-01-01")
                                .statusCode())
                .isEqualTo(400);
        assertThat(
                        get(
                                        BATCHES + "?beta=true",
                                        "x-api-key",
                                        TestGateway.KEY,
                                        "anthropic-beta",
                                        "what-1,message-batches-2024-09-24")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void pathsThatLeadNowhereAreErrorsOfTheSameShape() throws Exception {
        for (String path :
                List.of(
                        "/v1/messages/batches/x/y/z",
                        "/nothing",
                        BATCHES + "/msgbatch_unknown",
                        BATCHES + "/..%2f..%2fetc",
                        BATCHES + "/%00")) {
            HttpResponse<String> response =
                    get(path, "x-api-key", TestGateway.KEY, "anthropic-version", "2023-06-01");

            assertThat(response.statusCode()).as(path).isIn(404, 400);
            assertThat(error(response).path("message").isTextual()).as(path).isTrue();
            assertThat(response.headers().firstValue("request-id")).as(path).isPresent();
        }
        HttpResponse<String> wrongMethod =
                gateway.send(gateway.call("PUT", BATCHES, BodyPublishers.noBody()));
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
    }

    @Test
    void itTellsHowItIs() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body())
                .contains("millrace_gateway_ready 1.0")
                .contains("millrace_gateway_http_requests_total");
        JsonNode paths = Json.MAPPER.readTree(get("/openapi.json").body()).path("paths");
        assertThat(paths.size()).isGreaterThan(15);
        paths.fieldNames()
                .forEachRemaining(path -> assertThat(statusOf(path)).as(path).isNotEqualTo(404));
    }

    /** Without a key, so that a path that leads somewhere is 401 or 200. */
    private static int statusOf(String path) {
        try {
            return get(path.replace("{id}", "x")).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(path, e);
        }
    }

    @Test
    void modelsAreShownInTheClientsWay() throws Exception {
        String bearer = "Bearer " + TestGateway.KEY;
        JsonNode openAi = Json.MAPPER.readTree(get("/v1/models", "authorization", bearer).body());
        JsonNode anthropic =
                Json.MAPPER.readTree(get("/v1/models", "x-api-key", TestGateway.KEY).body());

        assertThat(openAi.path("data").path(0).path("object").asText()).isEqualTo("model");
        assertThat(anthropic.path("data").path(0).path("type").asText()).isEqualTo("model");
        assertThat(get("/v1/models/tiny-chat", "authorization", bearer).statusCode())
                .isEqualTo(200);
        assertThat(get("/v1/models/none", "authorization", bearer).statusCode()).isEqualTo(404);
    }

    @Test
    void withoutKafkaCreatesAreTurnedAwayAndWhatIsKnownIsStillShown() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("broker"), EmbeddedKafka.ANY_PORT);
        KafkaLink link = KafkaLink.of(kafka.bootstrapServers());
        try (Admin admin = Admin.create(link.client(Map.of()))) {
            admin.createTopics(
                            Stream.of("requests", "control", "batches", "results")
                                    .map(
                                            name ->
                                                    new NewTopic(
                                                            "millrace." + name,
                                                            Optional.of(1),
                                                            Optional.empty()))
                                    .toList())
                    .all()
                    .get();
        }
        try (TestGateway lonely = TestGateway.start(link, folder.resolve("lonely"))) {
            String batch = lonely.post(BATCHES, BODY).body();
            String id = Json.MAPPER.readTree(batch).path("id").asText();
            kafka.close();

            HttpResponse<String> refused = lonely.post(BATCHES, BODY.replace("\"a\"", "\"b\""));

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(lonely.send("GET", BATCHES + "/" + id).body()).isEqualTo(batch);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> lonely.send("GET", "/readyz").statusCode() == 503);
        }
    }
}
