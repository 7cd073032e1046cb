package io.millrace.job.local;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Where the prompts of a bench come from, one after the other. For one thread. */
public interface BenchPrompts {

    /** The next prompt, as token ids below the vocabulary's size. */
    int[] next(int vocabulary);

    /** Random tokens: the work is the same for every model, and drafting is hopeless. */
    static BenchPrompts random(RandomGenerator random, int tokens) {
        return vocabulary -> random.ints(tokens, 0, vocabulary).toArray();
    }

    /**
     * The prompts of a file of requests, in any dialect, again from the first when all were used.
     * What else the requests say does not count.
     *
     * @throws ConfigurationException naming file and line of what is no request
     */
    static BenchPrompts of(Path file, PromptEncoder encoder) {
        List<int[]> prompts = new ArrayList<>();
        RequestReader reader = Dialects.reader(DialectSettings.DEFAULT);
        List<String> lines = lines(file);
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
                            prompts.add(encoder.encode(valid.request().prompt()));
                        } else {
                            throw new ConfigurationException(
                                    "--prompts: %s: %s (expected: a request)"
                                            .formatted(where, reason(parsed)));
                        }
                    });
        }
        if (prompts.isEmpty()) {
            throw new ConfigurationException(
                    "--prompts: %s: empty (expected: a request per line)".formatted(file));
        }
        int[] at = {0};
        return vocabulary -> prompts.get(at[0]++ % prompts.size());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "--prompts: %s: cannot be read: %s".formatted(file, e), e);
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
