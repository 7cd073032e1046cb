package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.results.ResultsService;
import io.millrace.gateway.results.ResultsService.Lines;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of a batch as two files, one of answers and one of errors. Their ids are made of the
 * batch's, so that nothing is to be kept. Safe for any thread.
 */
final class OutputFiles {

    private static final String ANSWERS = "file-output-";
    private static final String ERRORS = "file-error-";

    private final BatchLookup batches;
    private final ResultsService results;

    OutputFiles(BatchLookup batches, ResultsService results) {
        this.batches = batches;
        this.results = results;
    }

    /** Id of the answers; null if there are none or not yet. */
    static @Nullable String answersId(BatchState state) {
        return state.endedMs() == null || state.counts().succeeded() == 0
                ? null
                : ANSWERS + state.manifest().id().substring(BatchObject.ID_PREFIX.length());
    }

    /** Id of the errors; null if there are none or not yet. */
    static @Nullable String errorsId(BatchState state) {
        return state.endedMs() == null || state.counts().finished() == state.counts().succeeded()
                ? null
                : ERRORS + state.manifest().id().substring(BatchObject.ID_PREFIX.length());
    }

    /** The lines if the id is that of such a file. */
    Optional<HttpResponse> content(Call call, String id) {
        return find(call, id)
                .map(
                        state ->
                                results.serve(
                                        call,
                                        state.manifest().id(),
                                        id.startsWith(ANSWERS)
                                                ? Lines.WITHOUT_ERROR
                                                : Lines.WITH_ERROR));
    }

    /** The file as the API shows it, if the id is that of such a file. */
    Optional<ObjectNode> describe(Call call, String id) {
        return find(call, id)
                .map(
                        state -> {
                            long endedMs = state.endedMs() == null ? 0 : state.endedMs();
                            ObjectNode json = Json.MAPPER.createObjectNode();
                            json.put("id", id).put("object", "file");
                            // Known only to who reads all lines.
                            json.putNull("bytes").put("created_at", endedMs / 1000);
                            json.put("expires_at", state.manifest().archivedMs() / 1000);
                            json.put("filename", state.manifest().id() + suffix(id));
                            json.put("purpose", "batch_output").put("status", "processed");
                            return json;
                        });
    }

    private static String suffix(String id) {
        return id.startsWith(ANSWERS) ? "_output.jsonl" : "_error.jsonl";
    }

    private Optional<BatchState> find(Call call, String id) {
        for (String prefix : new String[] {ANSWERS, ERRORS}) {
            if (id.startsWith(prefix)) {
                String batch = BatchObject.ID_PREFIX + id.substring(prefix.length());
                return batches.find(call.workspace(), BatchObject.ID_PREFIX, batch)
                        .filter(
                                state ->
                                        state.archivedMs() == null
                                                && (id.equals(answersId(state))
                                                        || id.equals(errorsId(state))));
            }
        }
        return Optional.empty();
    }
}
