package io.millrace.gateway.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.FakeJob;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Message batches over HTTP, field by field, against a real broker. */
class MessageBatchesITCase {

    private static final String BATCHES = "/v1/messages/batches";

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static KafkaLink link;
    private static FakeJob job;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        link = BROKER.newTopics();
        job = new FakeJob(link, folder.resolve("results"));
        gateway = TestGateway.start(link, folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static String entry(String id) {
        return """
               {"custom_id":"%s","params":{"model":"m","max_tokens":5,"messages":\
               [{"role":"user","content":"h\\u00e9 \\ud83d\\ude00"}],"temperature":0.70}}"""
                .formatted(id);
    }

    static String body(String... ids) {
        List<String> entries = new ArrayList<>();
        for (String id : ids) {
            entries.add(entry(id));
        }
        return "{\"requests\":[" + String.join(",", entries) + "]}";
    }

    private static JsonNode create(String... ids) throws Exception {
        return createAs(TestGateway.KEY, ids);
    }

    private static JsonNode createAs(String key, String... ids) throws Exception {
        HttpResponse<String> response =
                gateway.send(
                        gateway.call("POST", BATCHES, BodyPublishers.ofString(body(ids)))
                                .setHeader("x-api-key", key)
                                .header("x-stainless-retry-count", "0"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    private static JsonNode get(String path) throws Exception {
        return getAs(TestGateway.KEY, path);
    }

    private static JsonNode getAs(String key, String path) throws Exception {
        HttpResponse<String> response =
                gateway.send(
                        gateway.call("GET", path, BodyPublishers.noBody())
                                .setHeader("x-api-key", key));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    @Test
    void aBatchHasEveryFieldAndItsRequestsAreOnKafka() throws Exception {
        JsonNode batch = create("a", "b");

        String id = batch.path("id").asText();
        assertThat(id).matches("msgbatch_[0-9A-Za-z]{24}");
        List<String> names = new ArrayList<>();
        batch.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "id",
                        "type",
                        "processing_status",
                        "request_counts",
                        "created_at",
                        "expires_at",
                        "ended_at",
                        "cancel_initiated_at",
                        "archived_at",
                        "results_url");
        assertThat(batch.path("processing_status").asText()).isEqualTo("in_progress");
        assertThat(batch.path("request_counts").path("processing").asInt()).isEqualTo(2);
        assertThat(batch.path("results_url").isNull()).isTrue();
        List<FakeJob.Seen> requests = job.requests(id);
        assertThat(requests)
                .extracting(seen -> seen.submission().id())
                .containsExactlyInAnyOrder("a", "b");
        FakeJob.Seen first = requests.get(0);
        assertThat(first.submission().tenant()).isEqualTo("alpha");
        assertThat(first.submission().dialect()).isEqualTo("anthropic");
        assertThat(first.submission().apiVersion()).isEqualTo("2023-06-01");
        assertThat(first.submission().refusal()).isNull();
        assertThat(Json.MAPPER.readTree(first.value()))
                .isEqualTo(Json.MAPPER.readTree(entry(first.submission().id())));
        assertThat(first.value()).contains("\"temperature\":0.70");
        BatchState state = job.state(id);
        assertThat(state.manifest().requests()).isEqualTo(2);
        assertThat(state.manifest().expiresMs() - state.manifest().createdMs())
                .isEqualTo(24 * 3600 * 1000);
        assertThat(get(BATCHES + "/" + id)).isEqualTo(batch);
    }

    @Test
    void countsMoveAtTheEndUnlessAskedFor() throws Exception {
        String id = create("a", "b", "c").path("id").asText();
        BatchState state = job.state(id);
        BatchCounts counts = new BatchCounts(1, 1, 0, 0, 10, 20, 0);
        job.publish(new BatchState(state.manifest(), counts, null, null, null, 1_800_000_000_000L));

        Awaitility.await()
                .untilAsserted(
                        () -> {
                            JsonNode live =
                                    get(BATCHES + "/" + id + "?live=true").path("request_counts");
                            assertThat(live.path("succeeded").asInt()).isEqualTo(1);
                            assertThat(live.path("errored").asInt()).isEqualTo(1);
                            assertThat(live.path("processing").asInt()).isEqualTo(1);
                        });
        HttpResponse<String> response = gateway.send("GET", BATCHES + "/" + id);
        JsonNode still = Json.MAPPER.readTree(response.body()).path("request_counts");
        assertThat(still.path("processing").asInt()).isEqualTo(3);
        assertThat(still.path("succeeded").asInt()).isEqualTo(0);
        assertThat(response.headers().firstValue("millrace-estimated-end"))
                .hasValue("2027-01-15T08:00:00.000000Z");
    }

    @Test
    void pagesGoBothWays() throws Exception {
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            newestFirst.add(0, createAs(TestGateway.OTHER_KEY, "x" + i).path("id").asText());
        }

        JsonNode first = getAs(TestGateway.OTHER_KEY, BATCHES + "?limit=2&beta=true");
        JsonNode second =
                getAs(
                        TestGateway.OTHER_KEY,
                        BATCHES + "?after_id=" + first.path("last_id").asText() + "&limit=2");
        JsonNode third =
                getAs(
                        TestGateway.OTHER_KEY,
                        BATCHES + "?limit=2&after_id=" + second.path("last_id").asText());
        JsonNode back =
                getAs(
                        TestGateway.OTHER_KEY,
                        BATCHES + "?limit=2&before_id=" + third.path("first_id").asText());

        assertThat(ids(first)).isEqualTo(newestFirst.subList(0, 2));
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(ids(second)).isEqualTo(newestFirst.subList(2, 4));
        assertThat(ids(third)).isEqualTo(newestFirst.subList(4, 5));
        assertThat(third.path("has_more").asBoolean()).isFalse();
        assertThat(back).isEqualTo(second);
        JsonNode empty =
                getAs(
                        TestGateway.OTHER_KEY,
                        BATCHES + "?after_id=" + third.path("last_id").asText());
        assertThat(ids(empty)).isEmpty();
        assertThat(empty.path("first_id").isNull()).isTrue();
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("data").forEach(batch -> ids.add(batch.path("id").asText()));
        return ids;
    }

    @Test
    void cancelShowsAtOnceOnEveryGateway() throws Exception {
        String id = create("a").path("id").asText();
        try (TestGateway other = TestGateway.startUnready(link, folder, "two")) {
            other.awaitReady();

            HttpResponse<String> canceled = gateway.send("POST", BATCHES + "/" + id + "/cancel");

            assertThat(canceled.statusCode()).isEqualTo(200);
            JsonNode batch = Json.MAPPER.readTree(canceled.body());
            assertThat(batch.path("processing_status").asText()).isEqualTo("canceling");
            assertThat(batch.path("cancel_initiated_at").isTextual()).isTrue();
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(other.send("GET", BATCHES + "/" + id).body())
                                            .isEqualTo(canceled.body()));
        }
    }

    @Test
    void resultsAreServedWholeAndInParts() throws Exception {
        String id = create("a", "b", "c").path("id").asText();
        assertThat(gateway.send("GET", BATCHES + "/" + id + "/results").statusCode())
                .isEqualTo(400);
        assertThat(gateway.send("DELETE", BATCHES + "/" + id).statusCode()).isEqualTo(400);
        job.end(id, new BatchCounts(2, 1, 0, 0, 5, 5, 0), List.of("{\"1\":1}", "{\"2\":2}", "{}"));
        Awaitility.await().until(() -> get(BATCHES + "/" + id).path("ended_at").isTextual());
        String url = get(BATCHES + "/" + id).path("results_url").asText();
        assertThat(url).isEqualTo(gateway.address() + BATCHES + "/" + id + "/results");

        HttpResponse<String> all = gateway.send("GET", BATCHES + "/" + id + "/results");
        HttpResponse<String> part =
                gateway.send(
                        gateway.call("GET", url, BodyPublishers.noBody())
                                .header("range", "bytes=4-17"));
        HttpResponse<String> beyond =
                gateway.send(
                        gateway.call("GET", url, BodyPublishers.noBody())
                                .header("range", "bytes=1000-"));

        assertThat(all.body()).isEqualTo("{\"1\":1}\n{\"2\":2}\n{}\n");
        assertThat(all.headers().firstValue("content-type")).hasValue("application/x-jsonl");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(all.body().substring(4, 18));
        assertThat(part.headers().firstValue("content-range")).hasValue("bytes 4-17/19");
        assertThat(beyond.statusCode()).isEqualTo(416);
    }

    @Test
    void anEndedBatchCanBeDeleted() throws Exception {
        String id = create("a").path("id").asText();
        job.end(id, new BatchCounts(1, 0, 0, 0, 5, 5, 0), List.of("{}"));
        Awaitility.await().until(() -> get(BATCHES + "/" + id).path("ended_at").isTextual());

        HttpResponse<String> deleted = gateway.send("DELETE", BATCHES + "/" + id);

        assertThat(deleted.body())
                .isEqualTo("{\"id\":\"" + id + "\",\"type\":\"message_batch_deleted\"}");
        assertThat(gateway.send("GET", BATCHES + "/" + id).statusCode()).isEqualTo(404);
        job.remove(id);
        assertThat(gateway.send("GET", BATCHES + "/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void aBatchOfAnotherWorkspaceIsNotThere() throws Exception {
        String id = create("a").path("id").asText();
        for (String method : List.of("GET", "DELETE")) {
            HttpResponse<String> refused =
                    gateway.send(
                            gateway.call(method, BATCHES + "/" + id, BodyPublishers.noBody())
                                    .setHeader("x-api-key", TestGateway.OTHER_KEY));

            assertThat(refused.statusCode()).isEqualTo(404);
            JsonNode error = Json.MAPPER.readTree(refused.body());
            assertThat(error.path("type").asText()).isEqualTo("error");
            assertThat(error.path("error").path("type").asText()).isEqualTo("not_found_error");
            assertThat(error.path("request_id").asText())
                    .isEqualTo(refused.headers().firstValue("request-id").orElseThrow());
        }
    }
}
