package io.millrace.job.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A record as one JSON object for people and programs, names in snake case. Stateless. */
public final class JsonReport {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private JsonReport() {}

    /**
     * Writes what {@code --report} asked for.
     *
     * @throws IOException naming the file that cannot be written
     */
    public static void write(Record report, Path file) throws IOException {
        String json = JSON.writeValueAsString(report);
        try {
            Files.writeString(file, json + System.lineSeparator());
        } catch (IOException e) {
            throw new IOException("--report: cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
