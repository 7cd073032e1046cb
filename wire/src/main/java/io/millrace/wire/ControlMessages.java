package io.millrace.wire;

import static io.millrace.wire.JsonFields.number;
import static io.millrace.wire.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.control.ControlMessage;

/**
 * Control messages as they stand on their topic: {@code {"kind":"cancel","id":"..."}} and, of whole
 * batches, {@code create-batch} (with the manifest's fields), {@code cancel-batch} and {@code
 * delete-batch}. Stateless.
 */
public final class ControlMessages {

    private ControlMessages() {}

    /** One line of JSON as UTF-8. */
    public static byte[] toBytes(ControlMessage message) {
        ObjectNode json = JsonFields.JSON.createObjectNode();
        if (message instanceof ControlMessage.Cancel cancel) {
            json.put("kind", "cancel").put("id", cancel.id());
        } else if (message instanceof ControlMessage.CreateBatch created) {
            json.put("kind", "create-batch");
            BatchStates.write(created.manifest(), json);
        } else if (message instanceof ControlMessage.CancelBatch canceled) {
            json.put("kind", "cancel-batch").put("batch", canceled.batch());
            json.put("at_ms", canceled.atMs());
        } else if (message instanceof ControlMessage.DeleteBatch deleted) {
            json.put("kind", "delete-batch").put("batch", deleted.batch());
        }
        return BatchStates.bytes(json);
    }

    /**
     * Reads what {@link #toBytes} writes; further fields are ignored.
     *
     * @throws IllegalArgumentException naming the field and the rule
     */
    public static ControlMessage parse(byte[] bytes) {
        JsonNode json = JsonFields.tree(bytes);
        String kind = text(json, "kind");
        return switch (kind) {
            case "cancel" -> new ControlMessage.Cancel(text(json, "id"));
            case "create-batch" -> new ControlMessage.CreateBatch(BatchStates.manifest(json));
            case "cancel-batch" ->
                    new ControlMessage.CancelBatch(text(json, "batch"), number(json, "at_ms"));
            case "delete-batch" -> new ControlMessage.DeleteBatch(text(json, "batch"));
            default ->
                    throw new IllegalArgumentException(
                            "kind: %s (expected: cancel, create-batch, cancel-batch, delete-batch)"
                                    .formatted(kind));
        };
    }
}
