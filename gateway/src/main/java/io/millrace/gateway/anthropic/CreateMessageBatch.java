package io.millrace.gateway.anthropic;

import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.BatchIntake.NewBatch;
import io.millrace.gateway.intake.BodyReader;
import io.millrace.gateway.intake.MessageBatchBody;
import io.millrace.gateway.intake.MessageBatchParser.UnknownFields;
import io.millrace.gateway.intake.MessageEntries;
import io.millrace.gateway.intake.RequestLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** {@code POST /v1/messages/batches}: from the first byte to the batch. Safe for any thread. */
public final class CreateMessageBatch {

    /** From this version on, fields that the API does not know are refused. */
    private static final String STRICT = "2026-10-21";

    private final BatchIntake intake;
    private final MessageBatches batches;
    private final RequestLimits limits;
    private final Path spoolFolder;
    private final Semaphore permits;

    /**
     * @param permits for bodies that arrive at once
     */
    public CreateMessageBatch(
            BatchIntake intake,
            MessageBatches batches,
            RequestLimits limits,
            Path spoolFolder,
            Semaphore permits) {
        this.intake = intake;
        this.batches = batches;
        this.limits = limits;
        this.spoolFolder = spoolFolder;
        this.permits = permits;
    }

    /** Takes a batch in. */
    public HttpResponse create(Call call) {
        intake.checkReady();
        if (!permits.tryAcquire()) {
            throw ApiException.of(ErrorKind.OVERLOADED, "Too many batches arrive at once")
                    .retryAfter(Duration.ofSeconds(10));
        }
        call.context().setRequestTimeout(limits.callTimeout());
        Executor executor = call.context().blockingTaskExecutor();
        CompletionStage<HttpResponse> answer =
                CompletableFuture.supplyAsync(() -> open(call), executor)
                        .thenCompose(body -> take(call, body, executor))
                        .thenApply(state -> batches.answer(call, state))
                        .whenComplete((response, failure) -> permits.release());
        return HttpResponse.of(answer);
    }

    private CompletionStage<BatchState> take(Call call, MessageBatchBody body, Executor executor) {
        return BodyReader.read(call.context(), call.request(), limits.batchBody(), body)
                .thenApplyAsync(read -> create(call, body), executor)
                .whenCompleteAsync((state, failure) -> close(body), executor);
    }

    private MessageBatchBody open(Call call) {
        boolean strict = call.apiVersion() != null && call.apiVersion().compareTo(STRICT) >= 0;
        try {
            return MessageBatchBody.open(
                    spoolFolder, limits, strict ? UnknownFields.REFUSED : UnknownFields.IGNORED);
        } catch (IOException e) {
            throw new UncheckedIOException("spool in " + spoolFolder, e);
        }
    }

    private BatchState create(Call call, MessageBatchBody body) {
        try {
            return intake.create(
                    new NewBatch(
                            call,
                            MessageBatches.ID_PREFIX,
                            MessageEntries.DIALECT,
                            Map.of(),
                            body.hash(),
                            body.spool()));
        } catch (IOException e) {
            throw new UncheckedIOException("spool in " + spoolFolder, e);
        }
    }

    private static void close(MessageBatchBody body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException("spool", e);
        }
    }
}
