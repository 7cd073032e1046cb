package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user runs them, with the embedded model and nothing faked. */
class TinyChatITCase {

    private static final int TEN_MEGABYTES = 10_000_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path folder;

    @Test
    @Timeout(180)
    void answersThreeDialectsAndBadInputInOneFile() throws IOException {
        Path output = folder.resolve("out.jsonl");
        Path report = folder.resolve("report.json");

        CommandLineRun run =
                CommandLineRun.of(
                        folder.resolve("cache"),
                        "run-batch",
                        "-i",
                        input().toString(),
                        "-o",
                        output.toString(),
                        "--report",
                        report.toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(Main.OK);
        Map<String, JsonNode> results = byId(output);
        assertAnswers(results);
        assertErrors(results);
        assertThat(results).hasSize(11);
        assertThat(Files.readAllLines(folder.resolve("out.jsonl.deadletter.jsonl"))).hasSize(1);
        assertReport(JSON.readTree(report.toFile()));
    }

    @Test
    @Timeout(180)
    void writesParquetAndLeavesNothingBesideIt() throws IOException {
        Path input =
                Files.writeString(
                        folder.resolve("one.jsonl"),
                        "{\"id\":\"a\",\"prompt\":\"Hi\",\"max_tokens\":2}\n");
        Path beside = Files.createDirectories(folder.resolve("columns"));
        Path output = beside.resolve("out.parquet");

        CommandLineRun run =
                CommandLineRun.of(
                        folder.resolve("cache"),
                        "run-batch",
                        "-i",
                        input.toString(),
                        "-o",
                        output.toString(),
                        "--format",
                        "parquet");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(Main.OK);
        byte[] file = Files.readAllBytes(output);
        assertThat(new String(file, file.length - 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("PAR1");
        assertThat(beside.toFile().list()).containsExactly("out.parquet");
    }

    private static void assertAnswers(Map<String, JsonNode> results) {
        JsonNode nativeResult = result(results, "native");
        assertThat(nativeResult.path("status").asText()).isEqualTo("succeeded");
        assertThat(nativeResult.at("/output/text").asText()).isNotEmpty();
        assertThat(nativeResult.at("/usage/output_tokens").asInt()).isBetween(1, 8);

        JsonNode openAi = result(results, "openai");
        assertThat(openAi.at("/response/status_code").asInt()).isEqualTo(200);
        assertThat(openAi.at("/response/body/choices/0/message/content").asText()).isNotEmpty();

        JsonNode anthropic = result(results, "anthropic");
        assertThat(anthropic.at("/result/type").asText()).isEqualTo("succeeded");
        assertThat(anthropic.at("/result/message/content/0/text").asText()).isNotEmpty();

        assertThat(result(results, "tokens").path("status").asText()).isEqualTo("succeeded");
    }

    private static void assertErrors(Map<String, JsonNode> results) {
        Map<String, String> expected =
                Map.of(
                        "unknown-model", "unknown_model",
                        "negative", "invalid_request",
                        "no-messages", "invalid_request",
                        "surrogate", "invalid_text",
                        "too-long", "prompt_too_long",
                        "ten-megabytes", "request_too_large");
        expected.forEach(
                (id, code) -> {
                    JsonNode result = result(results, id);
                    assertThat(result.path("status").asText()).as(id).isEqualTo("errored");
                    assertThat(result.at("/error/code").asText()).as(id).isEqualTo(code);
                    assertThat(result.at("/error/message").asText()).as(id).contains("expected");
                });
        assertThat(result(results, "bad-openai").at("/response/status_code").asInt())
                .isGreaterThanOrEqualTo(400);
    }

    private static void assertReport(JsonNode report) {
        for (String name :
                List.of(
                        "requests",
                        "succeeded",
                        "errored",
                        "input_tokens",
                        "output_tokens",
                        "wall_seconds",
                        "engine_seconds",
                        "output_tokens_per_second",
                        "total_tokens_per_second",
                        "steps",
                        "mean_batch",
                        "mean_accepted_per_step",
                        "drafted_tokens",
                        "accepted_tokens",
                        "speculating_steps",
                        "draft_seconds",
                        "acceptance_by_depth",
                        "padding_waste",
                        "preemptions",
                        "peak_kv_blocks",
                        "jct_ms",
                        "policy",
                        "speculation",
                        "model")) {
            assertThat(report.has(name)).as(name).isTrue();
        }
        assertThat(report.path("requests").asInt()).isEqualTo(11);
        assertThat(report.path("succeeded").asInt()).isEqualTo(4);
        assertThat(report.path("errored").asInt()).isEqualTo(7);
        assertThat(report.path("steps").asInt()).isPositive();
        assertThat(report.path("engine_seconds").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(report.path("wall_seconds").asDouble());
        assertThat(report.path("model").asText()).isEqualTo("tiny-chat");
    }

    private Path input() throws IOException {
        String hi = "[{\"role\":\"user\",\"content\":\"Hi\"}]";
        List<String> lines =
                List.of(
                        "{\"id\":\"native\",\"messages\":" + hi + ",\"max_tokens\":8}",
                        "{\"custom_id\":\"openai\",\"method\":\"POST\","
                                + "\"url\":\"/v1/chat/completions\",\"body\":{\"model\":"
                                + "\"tiny-chat\",\"max_tokens\":8,\"messages\":"
                                + hi
                                + "}}",
                        "{\"custom_id\":\"anthropic\",\"params\":{\"model\":\"tiny-chat\","
                                + "\"max_tokens\":8,\"messages\":"
                                + hi
                                + "}}",
                        "{\"id\":\"tokens\",\"token_ids\":[1,2,3],\"max_tokens\":4}",
                        "{\"id\":\"unknown-model\",\"model\":\"gpt-9\",\"prompt\":\"x\"}",
                        "{\"id\":\"negative\",\"prompt\":\"x\",\"max_tokens\":-1}",
                        "{\"id\":\"no-messages\",\"messages\":[]}",
                        "{\"id\":\"surrogate\",\"prompt\":\"\\ud800\"}",
                        "{\"id\":\"too-long\",\"prompt\":\"" + "word ".repeat(5_000) + "\"}",
                        "{\"id\":\"ten-megabytes\",\"prompt\":\""
                                + "x".repeat(TEN_MEGABYTES)
                                + "\"}",
                        "{\"custom_id\":\"bad-openai\",\"method\":\"POST\","
                                + "\"url\":\"/v1/chat/completions\",\"body\":{}}",
                        "\u0000\u0001 no request at all");
        return Files.write(folder.resolve("in.jsonl"), lines, StandardCharsets.UTF_8);
    }

    private static Map<String, JsonNode> byId(Path output) throws IOException {
        Map<String, JsonNode> results = new HashMap<>();
        for (String line : Files.readAllLines(output)) {
            JsonNode result = JSON.readTree(line);
            String id = result.path("id").asText();
            String customId = result.path("custom_id").asText();
            assertThat(results.put(customId.isEmpty() ? id : customId, result)).isNull();
        }
        return results;
    }

    private static JsonNode result(Map<String, JsonNode> results, String id) {
        assertThat(results).containsKey(id);
        return results.getOrDefault(id, MissingNode.getInstance());
    }
}
