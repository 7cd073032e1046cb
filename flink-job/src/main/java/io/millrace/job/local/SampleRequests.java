package io.millrace.job.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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
}
