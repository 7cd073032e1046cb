package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.BatchIntake.NewBatch;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.intake.Bodies;
import io.millrace.gateway.intake.BodyLimits;
import io.millrace.gateway.intake.EntrySpool;
import io.millrace.gateway.intake.RequestLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code /v1/batches}. Safe for any thread. */
public final class BatchEndpoints {

    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_BODY_BYTES = 1 << 16;

    private final BatchIntake intake;
    private final BatchLookup batches;
    private final UploadStore store;
    private final RequestLimits limits;
    private final Path spoolFolder;

    /** All that it needs is shared with others. */
    BatchEndpoints(
            BatchIntake intake,
            BatchLookup batches,
            UploadStore store,
            RequestLimits limits,
            Path spoolFolder) {
        this.intake = intake;
        this.batches = batches;
        this.store = store;
        this.limits = limits;
        this.spoolFolder = spoolFolder;
    }

    /** {@code POST /v1/batches}. */
    public HttpResponse create(Call call) {
        intake.checkReady();
        call.context().setRequestTimeout(limits.callTimeout());
        return HttpResponse.of(
                Bodies.object(call, new BodyLimits(MAX_BODY_BYTES, limits.idleTimeout()))
                        .thenApply(body -> create(call, NewBatchRequest.parse(body))));
    }

    private HttpResponse create(Call call, NewBatchRequest request) {
        UploadedFile file =
                store.find(call.workspace(), request.inputFileId())
                        .orElseThrow(
                                () ->
                                        ApiException.invalid(
                                                "input_file_id: expected the id of an uploaded"
                                                        + " file"));
        try (EntrySpool spool = EntrySpool.create(spoolFolder)) {
            LineParser parser =
                    new LineParser(
                            request.endpoint(),
                            request.dialect(),
                            Math.max(1, limits.maxRequestsPerBatch() / 2),
                            limits.maxRecordBytes(),
                            spool);
            try (InputStream in =
                    new BufferedInputStream(Files.newInputStream(store.content(file.id())))) {
                parser.read(in);
            }
            String model = parser.firstModel();
            return Json.ok(
                    BatchObject.write(
                            intake.create(
                                    new NewBatch(
                                            call,
                                            BatchObject.ID_PREFIX,
                                            request.dialect(),
                                            model == null
                                                    ? request.attributes()
                                                    : request.attributesAnd(
                                                            BatchObject.MODEL, model),
                                            request.canonical(),
                                            spool))));
        } catch (IOException e) {
            throw new UncheckedIOException("batch of " + file.id(), e);
        }
    }

    /** {@code GET /v1/batches/{id}}. */
    public HttpResponse retrieve(Call call) {
        return Json.ok(BatchObject.write(find(call)));
    }

    /** {@code POST /v1/batches/{id}/cancel}; one that has ended is left as it is. */
    public HttpResponse cancel(Call call) {
        return HttpResponse.of(
                batches.cancel(find(call)).thenApply(state -> Json.ok(BatchObject.write(state))));
    }

    /** {@code GET /v1/batches}. */
    public HttpResponse list(Call call) {
        int limit = call.query("limit", DEFAULT_PAGE, 1, MAX_PAGE);
        String after = call.query("after");
        if (after != null && !Ids.isId(BatchObject.ID_PREFIX, after)) {
            throw ApiException.invalid("after: expected the id of a batch");
        }
        BatchIndex.Page page =
                batches.index().after(call.workspace(), BatchObject.ID_PREFIX, after, limit);
        List<BatchState> found = page.batches();
        ObjectNode json = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode data = json.putArray("data");
        found.forEach(state -> data.add(BatchObject.write(state)));
        json.put("first_id", found.isEmpty() ? null : found.get(0).manifest().id());
        json.put("last_id", found.isEmpty() ? null : found.get(found.size() - 1).manifest().id());
        return Json.ok(json.put("has_more", page.more()));
    }

    private BatchState find(Call call) {
        return batches.find(call.workspace(), BatchObject.ID_PREFIX, call.pathParam("id"))
                .orElseThrow(() -> ApiException.notFound("No such Batch object"));
    }
}
