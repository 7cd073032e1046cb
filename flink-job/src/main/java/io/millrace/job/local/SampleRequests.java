package io.millrace.job.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The requests that the demo asks.
 *
 * @param questions by id, in the order in which they are asked
 * @param lines the same as native requests
 */
public record SampleRequests(Map<String, String> questions, Map<String, String> lines) {

    private static final String RESOURCE = "sample-requests.jsonl";

    /** Reads them from this jar. */
    public static SampleRequests load() throws IOException {
        Map<String, String> questions = new LinkedHashMap<>();
        Map<String, String> lines = new LinkedHashMap<>();
        JsonMapper json = JsonMapper.builder().build();
        try (InputStream input =
                        Objects.requireNonNull(
                                SampleRequests.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode request = json.readTree(line);
                String id = request.path("id").asText();
                questions.put(id, request.at("/messages/0/content").asText());
                lines.put(id, line);
            }
        }
        return new SampleRequests(questions, lines);
    }

    /** The same as entries of a message batch, one a line. */
    public List<String> entries(String model) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, String> line : lines.entrySet()) {
            JsonNode request = json.readTree(line.getValue());
            ObjectNode entry = json.createObjectNode().put("custom_id", line.getKey());
            ObjectNode params = entry.putObject("params").put("model", model);
            for (String field : List.of("max_tokens", "messages", "temperature", "top_p")) {
                if (request.has(field)) {
                    params.set(field, request.get(field));
                }
            }
            entries.add(entry.toString());
        }
        return entries;
    }
}
