package io.millrace.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.EntrySpool;
import io.millrace.gateway.intake.JsonCopier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a batch file and spools them: ids, methods and URLs are judged here, bodies
 * are the job's to judge. Memory for one line and all ids. Used by one thread.
 */
final class LineParser {

    private static final int MAX_ID_CHARACTERS = 512;
    private static final byte[] FOOT = {'}'};

    private final String endpoint;
    private final String dialect;
    private final int maxLines;
    private final int maxLineBytes;
    private final EntrySpool spool;
    private final Map<String, Integer> lineById = new HashMap<>();
    private @Nullable String firstModel;
    private int line;

    LineParser(String endpoint, String dialect, int maxLines, int maxLineBytes, EntrySpool spool) {
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.maxLines = maxLines;
        this.maxLineBytes = maxLineBytes;
        this.spool = spool;
    }

    /** What the first line asks for; null if it does not say. */
    @Nullable String firstModel() {
        return firstModel;
    }

    /** Reads all; empty lines are skipped. */
    void read(InputStream in) throws IOException {
        ByteArrayOutputStream current = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int start = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    append(current, buffer, start, i - start);
                    endLine(current);
                    start = i + 1;
                }
            }
            append(current, buffer, start, count - start);
        }
        endLine(current);
        if (lineById.isEmpty()) {
            throw ApiException.invalid("input_file_id: the file has no lines");
        }
    }

    private void append(ByteArrayOutputStream current, byte[] bytes, int from, int count) {
        if (current.size() + count > maxLineBytes) {
            throw wrong("longer than %d bytes".formatted(maxLineBytes));
        }
        current.write(bytes, from, count);
    }

    private void endLine(ByteArrayOutputStream current) throws IOException {
        byte[] bytes = current.toByteArray();
        current.reset();
        if (!new String(bytes, UTF_8).isBlank()) {
            try {
                parse(bytes);
            } catch (JsonProcessingException e) {
                throw wrong("not valid JSON");
            }
        }
        line++;
    }

    private void parse(byte[] bytes) throws IOException {
        String id = null;
        String method = null;
        String url = null;
        JsonCopier body = null;
        try (JsonParser json = Json.FACTORY.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "custom_id" -> id = text(json, value);
                    case "method" -> method = text(json, value);
                    case "url" -> url = text(json, value);
                    case "body" -> body = copy(json);
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw wrong("text after the object");
            }
        }
        check(id, method, url, body);
        add(String.valueOf(id), body, bytes);
    }

    private void check(
            @Nullable String id,
            @Nullable String method,
            @Nullable String url,
            @Nullable JsonCopier body) {
        if (id == null || id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
            throw wrong("custom_id: expected a string of 1 to %d".formatted(MAX_ID_CHARACTERS));
        }
        if (!UTF_8.newEncoder().canEncode(id)) {
            throw wrong("custom_id: expected valid Unicode");
        }
        if (!"POST".equals(method)) {
            throw wrong("method: expected 'POST'");
        }
        if (!endpoint.equals(url)) {
            throw wrong("url: expected '%s', the batch's endpoint".formatted(endpoint));
        }
        if (body == null) {
            throw wrong("body: Field required");
        }
        Integer first = lineById.putIfAbsent(id, line);
        if (first != null) {
            throw wrong("custom_id: line %d has the same".formatted(first + 1));
        }
        if (lineById.size() > maxLines) {
            throw ApiException.invalid(
                    "input_file_id: the file has more than %d requests".formatted(maxLines));
        }
    }

    private void add(String id, @Nullable JsonCopier body, byte[] whole) throws IOException {
        byte[] head =
                "{\"custom_id\":%s,\"method\":\"POST\",\"url\":\"%s\",\"body\":"
                        .formatted(Json.MAPPER.writeValueAsString(id), endpoint)
                        .getBytes(UTF_8);
        long bytes = head.length + FOOT.length + (body == null ? 0 : body.bytes());
        if (body == null || bytes > maxLineBytes) {
            // Longer than its line: halves of surrogate pairs are written as escapes.
            String refusal =
                    "request: %d bytes (expected: at most %d)".formatted(bytes, maxLineBytes);
            spool.add(new EntrySpool.Entry(id, dialect, new byte[] {'{', '}'}, refusal));
        } else {
            spool.add(new EntrySpool.Entry(id, dialect, body.between(head, FOOT), null));
        }
        if (lineById.size() == 1) {
            firstModel = Json.MAPPER.readTree(whole).path("body").path("model").textValue();
        }
    }

    private static @Nullable String text(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            json.skipChildren();
            return null;
        }
        return json.getText();
    }

    private JsonCopier copy(JsonParser json) throws IOException {
        JsonCopier copier = new JsonCopier(maxLineBytes);
        while (!copier.accept(json, json.currentToken())) {
            json.nextToken();
        }
        return copier;
    }

    private ApiException wrong(String reason) {
        return ApiException.invalid("input_file_id: line %d: %s".formatted(line + 1, reason));
    }
}
