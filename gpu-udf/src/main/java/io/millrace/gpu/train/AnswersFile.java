package io.millrace.gpu.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers that a model has given, one exchange per line: {@code {"prompt":[ids],"answer":[ids]}}.
 * Written as the answers come, so that an interruption costs none but the last, half a line. For
 * one thread.
 */
final class AnswersFile implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BufferedWriter writer;

    private AnswersFile(BufferedWriter writer) {
        this.writer = writer;
    }

    /** Opens a file to append to; a last line that was not finished is cut off. */
    static AnswersFile append(Path file) {
        try {
            if (Files.exists(file)) {
                cutUnfinishedLine(file);
            }
            return new AnswersFile(
                    Files.newBufferedWriter(
                            file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written", e);
        }
    }

    private static void cutUnfinishedLine(Path file) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            long end = access.length();
            while (end > 0) {
                access.seek(end - 1);
                if (access.read() == '\n') {
                    break;
                }
                end--;
            }
            access.setLength(end);
        }
    }

    /** Adds an exchange. */
    void add(Exchange exchange) {
        ObjectNode line = JSON.createObjectNode();
        line.set("prompt", JSON.valueToTree(exchange.prompt()));
        line.set("answer", JSON.valueToTree(exchange.answer()));
        try {
            writer.write(line.toString());
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be written", e);
        }
    }

    /**
     * All exchanges of a file, in its order.
     *
     * @param vocabulary of the model, which no token id may reach
     * @throws IllegalArgumentException naming file and line of what is no exchange of such a model
     */
    static List<Exchange> read(Path file, int vocabulary) {
        List<Exchange> result = new ArrayList<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "answers: %s cannot be read: %s (expected: a file of answers.jsonl's form)"
                            .formatted(file, e),
                    e);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                result.add(exchange(lines.get(i), file + ", line " + (i + 1), vocabulary));
            }
        }
        return List.copyOf(result);
    }

    private static Exchange exchange(String line, String where, int vocabulary) {
        try {
            JsonNode node = JSON.readTree(line);
            return new Exchange(
                    tokens(node, "prompt", where, vocabulary),
                    tokens(node, "answer", where, vocabulary));
        } catch (JsonProcessingException e) {
            throw refused(where, e.getOriginalMessage(), e);
        }
    }

    private static int[] tokens(JsonNode node, String field, String where, int vocabulary) {
        JsonNode list = node.path(field);
        if (!list.isArray() || list.isEmpty()) {
            throw refused(where, field + " " + list, null);
        }
        int[] tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = list.get(i);
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
                throw new IllegalArgumentException(
                        "answers: %s: %s %s (expected: token ids below %d, the model's vocabulary)"
                                .formatted(where, field, id, vocabulary));
            }
            tokens[i] = id.intValue();
        }
        return tokens;
    }

    private static IllegalArgumentException refused(
            String where, String found, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "answers: %s: %s (expected: {\"prompt\":[ids],\"answer\":[ids]})"
                        .formatted(where, found),
                cause);
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("answers cannot be written", e);
        }
    }
}
