package io.millrace.job.local;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads files of requests, in any dialect, for commands that want only good ones. Stateless. */
public final class RequestFile {

    private RequestFile() {}

    /**
     * The requests of a file, in order.
     *
     * @param option that named the file
     * @throws ConfigurationException naming file and line of what is no request, or that there is
     *     none
     */
    public static List<InferenceRequest> read(String option, Path file) {
        List<InferenceRequest> requests = new ArrayList<>();
        RequestReader reader = Dialects.reader(DialectSettings.DEFAULT);
        List<String> lines = lines(option, file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank()) {
                continue;
            }
            String where = file + ", line " + (i + 1);
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            reader.read(
                    new InputRecord(where, bytes, 0),
                    parsed -> {
                        if (parsed instanceof RequestReader.Valid valid) {
                            requests.add(valid.request());
                        } else {
                            throw new ConfigurationException(
                                    "%s: %s: %s (expected: a request)"
                                            .formatted(option, where, reason(parsed)));
                        }
                    });
        }
        if (requests.isEmpty()) {
            throw new ConfigurationException(
                    "%s: %s: empty (expected: a request per line)".formatted(option, file));
        }
        return requests;
    }

    /**
     * The lines of a file.
     *
     * @throws ConfigurationException if it cannot be read
     */
    static List<String> lines(String option, Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "%s: %s: cannot be read: %s".formatted(option, file, e), e);
        }
    }

    private static String reason(RequestReader.Parsed parsed) {
        if (parsed instanceof RequestReader.Invalid invalid) {
            return invalid.failure().message();
        }
        return parsed instanceof RequestReader.Unreadable unreadable
                ? unreadable.failure().message()
                : "unknown";
    }
}
