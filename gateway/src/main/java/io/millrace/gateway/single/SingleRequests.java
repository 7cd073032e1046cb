package io.millrace.gateway.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Submission;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.Bodies;
import io.millrace.gateway.intake.BodyLimits;
import io.millrace.gateway.intake.Outbox;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.wire.SubmissionHeaders;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * One request, one answer, over the topics that batches use: for trying a prompt with a client that
 * exists, not for serving people who wait. A client that goes away cancels its request. Safe for
 * any thread.
 */
public final class SingleRequests {

    private final BatchIntake intake;
    private final Outbox outbox;
    private final AnswerTopic answers;
    private final RequestLimits limits;
    private final String requestsTopic;
    private final InstantSource clock;

    /** All that it needs is shared with others. */
    public SingleRequests(
            BatchIntake intake,
            Outbox outbox,
            AnswerTopic answers,
            RequestLimits limits,
            String requestsTopic,
            InstantSource clock) {
        this.intake = intake;
        this.outbox = outbox;
        this.answers = answers;
        this.limits = limits;
        this.requestsTopic = requestsTopic;
        this.clock = clock;
    }

    /** {@code POST /v1/messages}. */
    public HttpResponse message(Call call) {
        return serve(call, new AnthropicExchange());
    }

    /** {@code POST /v1/chat/completions}. */
    public HttpResponse chat(Call call) {
        return serve(call, new OpenAiExchange());
    }

    private HttpResponse serve(Call call, Exchange exchange) {
        intake.checkReady();
        if (!answers.ready()) {
            throw ApiException.unavailable("The service is starting, try again later");
        }
        // A moment more than the request has: its own expiry is the better answer.
        call.context().setRequestTimeout(limits.callTimeout().plusSeconds(10));
        BodyLimits body = new BodyLimits(limits.maxRecordBytes(), limits.idleTimeout());
        return HttpResponse.of(
                Bodies.object(call, body).thenCompose(params -> ask(call, exchange, params)));
    }

    private CompletableFuture<HttpResponse> ask(Call call, Exchange exchange, ObjectNode body) {
        JsonNode stream = body.remove("stream");
        boolean streamed = stream != null && stream.asBoolean();
        JsonNode streamOptions = body.remove("stream_options");
        boolean usage = streamOptions != null && streamOptions.path("include_usage").asBoolean();
        String id = call.id();
        CompletableFuture<byte[]> answer = answers.await(id);
        var unused =
                call.context().whenRequestCancelled().thenAccept(cause -> withdraw(id, answer));
        return outbox.send(submitted(call, exchange, body))
                .thenCompose(
                        sent ->
                                answer.orTimeout(
                                        limits.callTimeout().toMillis(), TimeUnit.MILLISECONDS))
                .handle(
                        (line, failure) -> {
                            answers.forget(id);
                            if (failure != null) {
                                throw refusal(id, failure);
                            }
                            JsonNode result = exchange.result(tree(line));
                            return streamed ? exchange.events(result, usage) : Json.ok(result);
                        });
    }

    private ProducerRecord<byte[], byte[]> submitted(
            Call call, Exchange exchange, ObjectNode body) {
        RecordHeaders headers = new RecordHeaders();
        SubmissionHeaders.write(
                new Submission(
                        call.id(),
                        exchange.dialect(),
                        null,
                        call.workspace(),
                        call.key().weight(),
                        clock.millis() + limits.callTimeout().toMillis(),
                        call.apiVersion(),
                        null),
                headers);
        byte[] value = Json.bytes(exchange.entry(call.id(), body));
        if (value.length > limits.maxRecordBytes()) {
            throw ApiException.of(
                    ErrorKind.TOO_LARGE,
                    "request: %d bytes (expected: at most %d)"
                            .formatted(value.length, limits.maxRecordBytes()));
        }
        return new ProducerRecord<>(requestsTopic, null, call.id().getBytes(UTF_8), value, headers);
    }

    private RuntimeException refusal(String id, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof ApiException known) {
            return known;
        }
        if (failure instanceof TimeoutException || cause instanceof TimeoutException) {
            cancel(id);
            return ApiException.of(ErrorKind.TIMEOUT, "The request was not answered in time");
        }
        return new IllegalStateException("waiting for an answer", cause);
    }

    private void withdraw(String id, CompletableFuture<byte[]> answer) {
        if (!answer.isDone()) {
            answers.forget(id);
            cancel(id);
        }
    }

    private void cancel(String id) {
        var unused = outbox.send(new ControlMessage.Cancel(id));
    }

    private static JsonNode tree(byte[] line) {
        return Json.object(line);
    }
}
