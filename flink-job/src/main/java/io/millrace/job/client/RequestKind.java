package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which API takes a file of requests, by its first line. */
enum RequestKind {
    /** {@code {"custom_id","params"}}: Message Batches. */
    MESSAGES,
    /** {@code {"custom_id","url","body"}}: OpenAI's batches. */
    OPEN_AI,
    /** Millrace's own lines, which {@link NativeLines} writes as OpenAI's. */
    NATIVE;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * A file and the line that tells.
     *
     * @param first that is not blank
     */
    record Found(RequestKind kind, ObjectNode first) {}

    /**
     * Looks at the first line.
     *
     * @throws IllegalArgumentException if that is no request
     */
    static Found in(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    ObjectNode first = object(line, file.toString());
                    return new Found(of(first), first);
                }
            }
        }
        throw new IllegalArgumentException(file + ": no line (expected: one request per line)");
    }

    private static RequestKind of(ObjectNode line) {
        if (line.has("body") || line.has("url")) {
            return OPEN_AI;
        }
        return line.has("custom_id") ? MESSAGES : NATIVE;
    }

    /** A line that is an object. */
    static ObjectNode object(String line, String where) {
        try {
            if (JSON.readTree(line) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw refusal(line, where, e);
        }
        throw refusal(line, where, null);
    }

    private static IllegalArgumentException refusal(
            String line, String where, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "%s: %.80s (expected: a JSON object on each line)".formatted(where, line), cause);
    }
}
