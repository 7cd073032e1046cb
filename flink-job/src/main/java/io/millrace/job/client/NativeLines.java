package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes Millrace's own lines as OpenAI's batch lines, so that a file for {@code run-batch} can be
 * submitted as it is: no HTTP API has these lines. Results come in OpenAI's form. What OpenAI's
 * lines would take for granted otherwise is written out: greedy, no limit, the urgent priority as
 * the small number. Used by one thread.
 */
final class NativeLines {

    static final String CHAT = "/v1/chat/completions";
    static final String COMPLETIONS = "/v1/completions";

    private final String url;
    private final String file;
    private long number;

    /**
     * @param file for messages
     * @param first line, which all others must be like: a batch of OpenAI's has one endpoint
     */
    NativeLines(String file, ObjectNode first) {
        this.file = file;
        this.url = url(first);
    }

    /**
     * Looks at every line.
     *
     * @return the endpoint of the batch
     * @throws IllegalArgumentException naming the line and what is wrong with it
     */
    static String check(Path file, ObjectNode first) throws IOException {
        NativeLines all = new NativeLines(file.toString(), first);
        try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    all.convert(line);
                }
            }
        }
        return all.url;
    }

    /**
     * The next line.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    String convert(String line) {
        String where = "%s, request %d".formatted(file, ++number);
        ObjectNode request = RequestKind.object(line, where);
        if (!url(request).equals(url)) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: messages on every line, or on none)"
                            .formatted(where, url(request).equals(CHAT) ? "messages" : "prompt"));
        }
        ObjectNode converted = request.objectNode();
        converted.set("custom_id", request.path("id"));
        converted.put("method", "POST").put("url", url);
        converted.set("body", body(request));
        return converted.toString();
    }

    private static String url(ObjectNode request) {
        return request.has("messages") ? CHAT : COMPLETIONS;
    }

    private ObjectNode body(ObjectNode request) {
        ObjectNode body = request.objectNode();
        for (Map.Entry<String, JsonNode> field : request.properties()) {
            switch (field.getKey()) {
                case "id" -> {}
                case "token_ids" -> body.set("prompt", field.getValue());
                case "priority" -> body.put("priority", -field.getValue().asInt());
                case "logprobs", "top_logprobs" -> {
                    if (url.equals(CHAT)) {
                        body.set(field.getKey(), field.getValue());
                    }
                }
                default -> body.set(field.getKey(), field.getValue());
            }
        }
        if (url.equals(COMPLETIONS) && request.path("logprobs").asBoolean()) {
            body.put("logprobs", request.path("top_logprobs").asInt());
        }
        if (!request.has("temperature")) {
            body.put("temperature", 0);
        }
        if (!request.has("max_tokens")) {
            body.put("max_tokens", Integer.MAX_VALUE);
        }
        return body;
    }
}
