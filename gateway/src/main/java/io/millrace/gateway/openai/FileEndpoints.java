package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.results.ChunkPump;
import io.millrace.gateway.results.FileSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/files}: uploads, and the results of batches under the ids that a batch names. Safe for
 * any thread.
 */
public final class FileEndpoints {

    private static final MediaType LINES = MediaType.create("application", "x-jsonl");
    private static final long DEFAULT_LIFE_S = Duration.ofDays(30).toSeconds();
    private static final int MAX_PAGE = 10_000;
    private static final int MAX_FILENAME_CHARACTERS = 255;

    private final UploadStore store;
    private final OutputFiles outputs;
    private final RequestLimits limits;
    private final Ids ids;
    private final InstantSource clock;
    private final Semaphore permits;

    /** All that it needs is shared with others. */
    FileEndpoints(
            UploadStore store,
            OutputFiles outputs,
            RequestLimits limits,
            Ids ids,
            InstantSource clock,
            Semaphore permits) {
        this.store = store;
        this.outputs = outputs;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
        this.permits = permits;
    }

    /** {@code POST /v1/files}. */
    public HttpResponse upload(Call call) {
        MediaType type = call.request().contentType();
        if (type == null || !type.is(MediaType.MULTIPART_FORM_DATA)) {
            throw ApiException.invalid("content-type: expected multipart/form-data");
        }
        if (type.parameters().getOrDefault("boundary", List.of()).isEmpty()) {
            throw ApiException.invalid("content-type: expected a boundary");
        }
        if (!permits.tryAcquire()) {
            throw ApiException.of(ErrorKind.OVERLOADED, "Too many files arrive at once")
                    .retryAfter(Duration.ofSeconds(10));
        }
        call.context().setRequestTimeout(limits.callTimeout());
        return HttpResponse.of(
                blocking(call, this::newPart)
                        .thenCompose(part -> receive(call, part))
                        .whenComplete((response, failure) -> permits.release()));
    }

    private CompletableFuture<HttpResponse> receive(Call call, Path part) {
        return Upload.receive(call, limits.batchBody(), part)
                .thenApplyAsync(
                        upload -> Json.ok(add(call, upload, part).toJson()),
                        call.context().blockingTaskExecutor())
                .whenCompleteAsync(
                        (response, failure) -> deletePart(part),
                        call.context().blockingTaskExecutor());
    }

    private UploadedFile add(Call call, Upload upload, Path part) {
        String filename = upload.filename();
        String purpose = upload.field("purpose");
        if (filename == null) {
            throw ApiException.invalid("file: Field required");
        }
        if (purpose == null || !purpose.equals("batch")) {
            throw ApiException.invalid(
                    purpose == null ? "purpose: Field required" : "purpose: expected 'batch'");
        }
        try {
            long nowS = clock.millis() / 1000;
            UploadedFile file =
                    new UploadedFile(
                            ids.next(UploadedFile.ID_PREFIX),
                            call.workspace(),
                            shortened(filename),
                            purpose,
                            Files.size(part),
                            nowS,
                            nowS + lifeS(upload.field("expires_after[seconds]")));
            store.add(file, part);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("upload", e);
        }
    }

    private static long lifeS(@Nullable String asked) {
        if (asked == null) {
            return DEFAULT_LIFE_S;
        }
        if (!asked.matches("[0-9]{4,7}")
                || Long.parseLong(asked) < 3600
                || Long.parseLong(asked) > DEFAULT_LIFE_S) {
            throw ApiException.invalid("expires_after[seconds]: expected 3600 to 2592000");
        }
        return Long.parseLong(asked);
    }

    private static String shortened(String filename) {
        String clean = filename.replaceAll("[\\p{Cntrl}/\\\\]", "_");
        return clean.substring(0, Math.min(clean.length(), MAX_FILENAME_CHARACTERS));
    }

    /** {@code GET /v1/files/{id}}. */
    public HttpResponse retrieve(Call call) {
        return answer(
                call,
                () ->
                        Json.ok(
                                outputs.describe(call, call.pathParam("id"))
                                        .orElseGet(() -> find(call).toJson())));
    }

    /** {@code GET /v1/files}. */
    public HttpResponse list(Call call) {
        int limit = call.query("limit", MAX_PAGE, 1, MAX_PAGE);
        String after = call.query("after");
        String purpose = call.query("purpose");
        return answer(
                call,
                () -> {
                    List<UploadedFile> files =
                            store.all(call.workspace()).stream()
                                    .filter(f -> after == null || f.id().compareTo(after) < 0)
                                    .filter(f -> purpose == null || f.purpose().equals(purpose))
                                    .limit(limit + 1L)
                                    .toList();
                    boolean more = files.size() > limit;
                    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "list");
                    ArrayNode data = json.putArray("data");
                    files.stream().limit(limit).forEach(file -> data.add(file.toJson()));
                    json.set("first_id", data.path(0).path("id"));
                    json.set("last_id", data.path(data.size() - 1).path("id"));
                    return Json.ok(json.put("has_more", more));
                });
    }

    /** {@code GET /v1/files/{id}/content}. */
    public HttpResponse content(Call call) {
        return outputs.content(call, call.pathParam("id"))
                .orElseGet(
                        () ->
                                answer(
                                        call,
                                        () ->
                                                ChunkPump.send(
                                                        call.context(),
                                                        ResponseHeaders.builder(200)
                                                                .contentType(LINES)
                                                                .build(),
                                                        source(find(call)))));
    }

    private FileSource source(UploadedFile file) {
        try {
            return FileSource.open(store.content(file.id()));
        } catch (IOException e) {
            throw new UncheckedIOException("uploaded file " + file.id(), e);
        }
    }

    /** {@code DELETE /v1/files/{id}}; results are deleted with their batch. */
    public HttpResponse delete(Call call) {
        return answer(
                call,
                () -> {
                    UploadedFile file = find(call);
                    try {
                        store.delete(file.id());
                    } catch (IOException e) {
                        throw new UncheckedIOException("uploaded file " + file.id(), e);
                    }
                    return Json.ok(
                            Json.MAPPER
                                    .createObjectNode()
                                    .put("id", file.id())
                                    .put("object", "file")
                                    .put("deleted", true));
                });
    }

    private UploadedFile find(Call call) {
        return store.find(call.workspace(), call.pathParam("id"))
                .orElseThrow(() -> ApiException.notFound("No such File object"));
    }

    private Path newPart() {
        try {
            return store.newPart();
        } catch (IOException e) {
            throw new UncheckedIOException("upload", e);
        }
    }

    private static void deletePart(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException("upload", e);
        }
    }

    private static HttpResponse answer(Call call, Supplier<HttpResponse> work) {
        return HttpResponse.of(blocking(call, work));
    }

    private static <T> CompletableFuture<T> blocking(Call call, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, call.context().blockingTaskExecutor());
    }
}
