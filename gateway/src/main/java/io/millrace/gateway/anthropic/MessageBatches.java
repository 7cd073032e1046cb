package io.millrace.gateway.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.anthropic.MessageBatchJson.Counts;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.http.PublicUrl;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.results.ResultsService;
import io.millrace.gateway.results.ResultsService.Lines;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Message batches that exist: look at them, cancel and delete them. Safe for any thread. */
public final class MessageBatches {

    /** Of their ids. */
    public static final String ID_PREFIX = "msgbatch_";

    /** Response header: when a batch will have ended, as far as the job can tell. */
    public static final String ESTIMATED_END = "millrace-estimated-end";

    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 1000;

    private final BatchLookup batches;
    private final ResultsService results;
    private final PublicUrl url;

    /** All that it needs is shared with others. */
    public MessageBatches(BatchLookup batches, ResultsService results, PublicUrl url) {
        this.batches = batches;
        this.results = results;
        this.url = url;
    }

    /** {@code GET /v1/messages/batches/{id}}. */
    public HttpResponse retrieve(Call call) {
        return answer(call, find(call));
    }

    /** {@code GET /v1/messages/batches}. */
    public HttpResponse list(Call call) {
        int limit = call.query("limit", DEFAULT_PAGE, 1, MAX_PAGE);
        String afterId = cursor(call, "after_id");
        String beforeId = cursor(call, "before_id");
        if (afterId != null && beforeId != null) {
            throw ApiException.invalid("after_id and before_id cannot be given together");
        }
        BatchIndex index = batches.index();
        BatchIndex.Page page =
                beforeId == null
                        ? index.after(call.workspace(), ID_PREFIX, afterId, limit)
                        : index.before(call.workspace(), ID_PREFIX, beforeId, limit);
        List<BatchState> found = page.batches();
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode data = json.putArray("data");
        found.forEach(state -> data.add(write(call, state)));
        json.put("has_more", page.more());
        json.put("first_id", found.isEmpty() ? null : found.get(0).manifest().id());
        json.put("last_id", found.isEmpty() ? null : found.get(found.size() - 1).manifest().id());
        return Json.ok(json);
    }

    /** {@code POST /v1/messages/batches/{id}/cancel}; one that has ended is left as it is. */
    public HttpResponse cancel(Call call) {
        return HttpResponse.of(batches.cancel(find(call)).thenApply(state -> answer(call, state)));
    }

    /** {@code GET /v1/messages/batches/{id}/results}. */
    public HttpResponse results(Call call) {
        BatchState state = find(call);
        String id = state.manifest().id();
        if (state.endedMs() == null) {
            throw ApiException.invalid(
                    "Message Batch %s is still in progress; its results are available when it has"
                                    .formatted(id)
                            + " ended");
        }
        if (state.archivedMs() != null) {
            throw ApiException.notFound("The results of Message Batch %s are gone".formatted(id));
        }
        return results.serve(call, id, Lines.ALL);
    }

    /** {@code DELETE /v1/messages/batches/{id}}. */
    public HttpResponse delete(Call call) {
        BatchState state = find(call);
        String id = state.manifest().id();
        if (state.endedMs() == null) {
            throw ApiException.invalid(
                    "Message Batch %s cannot be deleted before it has ended; cancel it first"
                            .formatted(id));
        }
        return HttpResponse.of(
                batches.delete(state)
                        .thenApply(
                                gone ->
                                        Json.ok(
                                                Json.MAPPER
                                                        .createObjectNode()
                                                        .put("id", id)
                                                        .put("type", "message_batch_deleted"))));
    }

    HttpResponse answer(Call call, BatchState state) {
        String estimated = MessageBatchJson.time(state.estimatedEndMs());
        if (estimated != null && state.endedMs() == null) {
            call.context().mutateAdditionalResponseHeaders(h -> h.set(ESTIMATED_END, estimated));
        }
        return Json.ok(write(call, state));
    }

    private ObjectNode write(Call call, BatchState state) {
        String path = "/v1/messages/batches/" + state.manifest().id() + "/results";
        return MessageBatchJson.write(
                state,
                url.of(call, path),
                "true".equals(call.query("live")) ? Counts.LIVE : Counts.AT_THE_END);
    }

    private BatchState find(Call call) {
        return batches.find(call.workspace(), ID_PREFIX, call.pathParam("id"))
                .orElseThrow(() -> ApiException.notFound("Message Batch not found"));
    }

    private static @Nullable String cursor(Call call, String name) {
        String id = call.query(name);
        if (id != null && !Ids.isId(ID_PREFIX, id)) {
            throw ApiException.invalid(name + ": Input should be the id of a Message Batch");
        }
        return id;
    }
}
