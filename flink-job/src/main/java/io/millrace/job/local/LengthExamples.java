package io.millrace.job.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.gpu.predict.LengthExample;
import io.millrace.gpu.tokenize.Tokenizer;
import io.millrace.job.options.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads what length predictors learn from. Stateless. */
public final class LengthExamples {

    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> CUT =
            Set.of(written(FinishReason.MAX_TOKENS), written(FinishReason.CONTEXT_LIMIT));

    private LengthExamples() {}

    /**
     * Answers that were measured elsewhere: an object per line with {@code prompt}, {@code
     * output_tokens}, {@code truncated} (true if the answer was cut there) and perhaps {@code
     * max_tokens}, else the longest answer of the file is the limit of all.
     *
     * @throws ConfigurationException naming file and line of what is not so
     */
    public static List<LengthExample> ofData(Path file, PromptEncoder encoder) {
        List<JsonNode> rows = rows("--data", file);
        int longest =
                rows.stream().mapToInt(row -> row.path("output_tokens").asInt()).max().orElse(0);
        List<LengthExample> examples = new ArrayList<>();
        for (JsonNode row : rows) {
            String prompt = row.path("prompt").asText();
            int length = row.path("output_tokens").asInt();
            if (prompt.isEmpty() || length < 1) {
                throw new ConfigurationException(
                        "--data: %s: %s (expected: prompt, output_tokens and truncated)"
                                .formatted(file, row));
            }
            boolean cut = row.path("truncated").asBoolean();
            int limit = cut ? length : Math.max(length, row.path("max_tokens").asInt(longest));
            int[] tokens = encoder.encode(new Prompt.Chat(List.of(new Message("user", prompt))));
            examples.add(new LengthExample(tokens, new int[0], length, limit, cut));
        }
        return examples;
    }

    /**
     * The answers of a run: its results, in the native dialect, and the requests that they belong
     * to, by id. Results without an answer and those whose request is not there are left out.
     *
     * @param tokenizer of the model, to read the answers
     * @throws ConfigurationException naming file and line of what is no request or no result
     */
    public static List<LengthExample> ofResults(
            Path results, Path requests, PromptEncoder encoder, Tokenizer tokenizer) {
        Map<String, InferenceRequest> byId = new HashMap<>();
        RequestFile.read("--requests", requests).forEach(each -> byId.put(each.id(), each));
        List<LengthExample> examples = new ArrayList<>();
        for (JsonNode row : rows("--results", results)) {
            InferenceRequest request = byId.get(row.path("id").asText());
            int length = row.path("usage").path("output_tokens").asInt();
            JsonNode output = row.path("output");
            String reason = output.path("finish_reason").asText();
            if (request != null && output.isObject() && length > 0) {
                int[] prompt = encoder.encode(request.prompt());
                int room = encoder.model().contextLength() - prompt.length;
                int limit = Math.max(length, Math.min(request.maxTokens(), room));
                boolean cut = CUT.contains(reason);
                int[] answer = tokenizer.encode(output.path("text").asText());
                examples.add(new LengthExample(prompt, answer, length, cut ? length : limit, cut));
            }
        }
        return examples;
    }

    private static String written(FinishReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static List<JsonNode> rows(String option, Path file) {
        List<String> lines = RequestFile.lines(option, file);
        List<JsonNode> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows.add(row(option, file, i + 1, lines.get(i)));
            }
        }
        return rows;
    }

    private static JsonNode row(String option, Path file, int line, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    "%s: %s, line %d: %s (expected: a JSON object)"
                            .formatted(option, file, line, e.getOriginalMessage()),
                    e);
        }
    }
}
