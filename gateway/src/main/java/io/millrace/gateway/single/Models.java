package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import java.time.Instant;
import java.util.List;

/** {@code /v1/models}, phrased for whoever asks. Safe for any thread. */
public final class Models {

    private final List<String> names;
    private final Instant since;

    /**
     * @param since when the gateway learned of them
     */
    public Models(List<String> names, Instant since) {
        this.names = List.copyOf(names);
        this.since = since;
    }

    /** All. */
    public HttpResponse list(Call call) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode data = json.putArray("data");
        names.forEach(name -> data.add(model(call, name)));
        if (call.apiVersion() == null) {
            return Json.ok(json.put("object", "list"));
        }
        json.put("has_more", false);
        json.put("first_id", names.isEmpty() ? null : names.get(0));
        json.put("last_id", names.isEmpty() ? null : names.get(names.size() - 1));
        return Json.ok(json);
    }

    /** One. */
    public HttpResponse retrieve(Call call) {
        String name = call.pathParam("id");
        if (!names.contains(name)) {
            throw ApiException.notFound("Model not found");
        }
        return Json.ok(model(call, name));
    }

    private ObjectNode model(Call call, String name) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("id", name);
        if (call.apiVersion() == null) {
            json.put("object", "model").put("created", since.getEpochSecond());
            return json.put("owned_by", "millrace");
        }
        json.put("type", "model").put("display_name", name);
        return json.put("created_at", since.toString());
    }
}
