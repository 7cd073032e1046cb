package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.http.Json;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an uploaded file. Immutable.
 *
 * @param createdS epoch seconds
 * @param expiresS epoch seconds; null for one that is kept
 */
record UploadedFile(
        String id,
        String workspace,
        String filename,
        String purpose,
        long bytes,
        long createdS,
        @Nullable Long expiresS) {

    static final String ID_PREFIX = "file-";

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", id).put("object", "file").put("bytes", bytes).put("created_at", createdS);
        json.put("expires_at", expiresS).put("filename", filename).put("purpose", purpose);
        return json.put("status", "processed");
    }

    static UploadedFile fromJson(ObjectNode json) {
        return new UploadedFile(
                json.path("id").asText(),
                json.path("workspace").asText(),
                json.path("filename").asText(),
                json.path("purpose").asText(),
                json.path("bytes").asLong(),
                json.path("created_at").asLong(),
                json.path("expires_at").isNull() ? null : json.path("expires_at").asLong());
    }
}
