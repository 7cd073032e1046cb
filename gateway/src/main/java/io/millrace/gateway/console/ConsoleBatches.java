package io.millrace.gateway.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import java.net.URI;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the console polls: batches of both APIs with counts that move while they run, which the APIs
 * themselves do not show. Safe for any thread.
 */
public final class ConsoleBatches {

    /** Older ones are not shown; the APIs list them. */
    private static final int MAX_SHOWN = 500;

    private static final List<String> PREFIXES = List.of("msgbatch_", "batch_");

    private static final Comparator<BatchState> NEWEST_FIRST =
            Comparator.comparingLong((BatchState state) -> state.manifest().createdMs()).reversed();

    private final BatchIndex index;
    private final InstantSource clock;
    private final List<String> models;
    private final @Nullable URI dashboard;

    /**
     * @param clock against which the page shows times, whatever the browser's says
     * @param models names of those that answer
     * @param dashboard Flink's, as a browser reaches it; null to show no link
     */
    public ConsoleBatches(
            BatchIndex index, InstantSource clock, List<String> models, @Nullable URI dashboard) {
        this.index = index;
        this.clock = clock;
        this.models = List.copyOf(models);
        this.dashboard = dashboard;
    }

    /** {@code GET /console/batches}: the caller's, newest first. */
    public HttpResponse list(Call call) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode data = json.putArray("data");
        PREFIXES.stream()
                .map(prefix -> index.after(call.workspace(), prefix, null, MAX_SHOWN))
                .flatMap(page -> page.batches().stream())
                .sorted(NEWEST_FIRST)
                .limit(MAX_SHOWN)
                .forEach(state -> write(state, data.addObject()));
        json.put("now_ms", clock.millis());
        ArrayNode names = json.putArray("models");
        models.forEach(names::add);
        json.put("dashboard", dashboard == null ? null : dashboard.toString());
        return Json.ok(json);
    }

    private static void write(BatchState state, ObjectNode json) {
        BatchManifest manifest = state.manifest();
        json.put("id", manifest.id());
        json.put("dialect", manifest.dialect());
        json.put("status", state.status().name().toLowerCase(Locale.ROOT));
        json.put("requests", manifest.requests());
        BatchCounts counts = state.counts();
        json.put("succeeded", counts.succeeded());
        json.put("errored", counts.errored());
        json.put("canceled", counts.canceled());
        json.put("expired", counts.expired());
        json.put("input_tokens", counts.inputTokens());
        json.put("output_tokens", counts.outputTokens());
        json.put("cached_tokens", counts.cachedTokens());
        json.put("drafted_tokens", counts.draftedTokens());
        json.put("accepted_tokens", counts.acceptedTokens());
        json.put("created_ms", manifest.createdMs());
        json.put("expires_ms", manifest.expiresMs());
        json.put("archive_ms", manifest.archivedMs());
        json.put("ended_ms", state.endedMs());
        json.put("archived_ms", state.archivedMs());
        json.put("estimated_end_ms", state.estimatedEndMs());
    }
}
