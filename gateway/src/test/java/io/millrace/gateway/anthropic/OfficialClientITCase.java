package io.millrace.gateway.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.batches.BatchCreateParams;
import com.anthropic.models.messages.batches.BatchListParams;
import com.anthropic.models.messages.batches.MessageBatch;
import com.anthropic.models.messages.batches.MessageBatchIndividualResponse;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.gateway.FakeJob;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official client, unchanged but for its base URL and key. The build runs this once with each
 * major version that is in use; what they send differs.
 */
class OfficialClientITCase {

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    private static final String API_VERSION =
            System.getProperty("millrace.test.anthropic-version", "2026-10-21");

    private static final String MESSAGE =
            "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"hi\",\"citations\":null}],"
                    + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{"
                    + "\"input_tokens\":1,\"output_tokens\":1,\"cache_creation_input_tokens\":0,"
                    + "\"cache_read_input_tokens\":0,\"service_tier\":\"batch\","
                    + "\"speculation\":{\"drafted_tokens\":3,\"accepted_tokens\":1}}}";

    private static final List<String> LINES =
            List.of(
                    "{\"custom_id\":\"a\",\"result\":{\"type\":\"succeeded\",\"message\":"
                            + MESSAGE
                            + "}}",
                    "{\"custom_id\":\"b\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":"
                            + "\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                            + "\"no\"},\"request_id\":null}}}",
                    "{\"custom_id\":\"c\",\"result\":{\"type\":\"canceled\"}}",
                    "{\"custom_id\":\"d\",\"result\":{\"type\":\"expired\"}}");

    @TempDir private static Path folder;

    private static FakeJob job;
    private static TestGateway gateway;
    private static AnthropicClient client;

    @BeforeAll
    static void start() throws Exception {
        KafkaLink link = BROKER.newTopics();
        job = new FakeJob(link, folder.resolve("results"));
        gateway = TestGateway.start(link, folder);
        client = client(TestGateway.KEY);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .apiKey(key)
                .baseUrl(gateway.address().toString())
                .maxRetries(0)
                .build();
    }

    private static MessageBatch create(AnthropicClient by, String... ids) {
        BatchCreateParams.Builder params = BatchCreateParams.builder();
        for (String id : ids) {
            params.addRequest(
                    BatchCreateParams.Request.builder()
                            .customId(id)
                            .params(
                                    BatchCreateParams.Request.Params.builder()
                                            .maxTokens(5)
                                            .model("m")
                                            .addUserMessage("hi")
                                            .build())
                            .build());
        }
        return by.messages().batches().create(params.build());
    }

    @Test
    void aBatchIsCreatedRetrievedAndCanceled() {
        MessageBatch batch = create(client, "a", "b");

        assertThat(batch.processingStatus()).isEqualTo(MessageBatch.ProcessingStatus.IN_PROGRESS);
        assertThat(client.messages().batches().retrieve(batch.id())).isEqualTo(batch);
        MessageBatch canceled = client.messages().batches().cancel(batch.id());
        assertThat(canceled.processingStatus()).isEqualTo(MessageBatch.ProcessingStatus.CANCELING);
        assertThat(job.requests(batch.id()))
                .extracting(seen -> seen.submission().apiVersion())
                .containsOnly(API_VERSION);
    }

    @Test
    void theClientsOwnPagerWalksAllBatches() {
        AnthropicClient other = client(TestGateway.OTHER_KEY);
        try {
            String first = create(other, "x").id();
            String second = create(other, "x").id();

            List<String> listed =
                    other
                            .messages()
                            .batches()
                            .list(BatchListParams.builder().limit(1).build())
                            .autoPager()
                            .stream()
                            .map(MessageBatch::id)
                            .toList();

            assertThat(listed).containsExactly(second, first);
        } finally {
            other.close();
        }
    }

    @Test
    void resultsOfAllKindsAreReadAndTheBatchDeleted() throws Exception {
        String id = create(client, "a", "b", "c", "d").id();
        job.end(id, new BatchCounts(1, 1, 1, 1, 1, 1, 0), LINES);
        Awaitility.await()
                .until(
                        () ->
                                client.messages()
                                        .batches()
                                        .retrieve(id)
                                        .processingStatus()
                                        .equals(MessageBatch.ProcessingStatus.ENDED));

        try (StreamResponse<MessageBatchIndividualResponse> results =
                client.messages().batches().resultsStreaming(id)) {
            List<MessageBatchIndividualResponse> all = results.stream().toList();

            assertThat(all).hasSize(4);
            assertThat(all.get(0).result().asSucceeded().message().id()).isEqualTo("msg_1");
            assertThat(all.get(1).result().asErrored().error().error().isInvalidRequestError())
                    .isTrue();
            assertThat(all.get(2).result().isCanceled()).isTrue();
            assertThat(all.get(3).result().isExpired()).isTrue();
        }
        assertThat(client.messages().batches().delete(id).id()).isEqualTo(id);
        assertThatThrownBy(() -> client.messages().batches().retrieve(id))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void errorsAreTypedExceptions() {
        assertThatThrownBy(() -> create(client, "a b"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("requests.0.custom_id");
        AnthropicClient stranger = client("nobody-knows-it");
        assertThatThrownBy(() -> create(stranger, "a")).isInstanceOf(UnauthorizedException.class);
        stranger.close();
    }
}
