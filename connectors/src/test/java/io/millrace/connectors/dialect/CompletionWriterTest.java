package io.millrace.connectors.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Outcome;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionWriterTest {

    private static final List<TokenLogprobs> LOGPROBS =
            List.of(
                    new TokenLogprobs(
                            new TokenLogprobs.Entry(7, "Pa", -0.5f),
                            List.of(
                                    new TokenLogprobs.Entry(7, "Pa", -0.5f),
                                    new TokenLogprobs.Entry(9, "é", Float.NEGATIVE_INFINITY))),
                    new TokenLogprobs(
                            new TokenLogprobs.Entry(8, "\uFFFD", -0.25f),
                            List.of(
                                    new TokenLogprobs.Entry(8, "\uFFFD", -0.25f),
                                    new TokenLogprobs.Entry(6, "\uFFFD", -2f))));

    /** One line of each golden file, in this order. */
    private static final List<Outcome> OUTCOMES =
            List.of(
                    succeeded("Paris.\n\"Yes\" 👋", FinishReason.END_OF_SEQUENCE, null, List.of()),
                    succeeded("Paris", FinishReason.STOP, "END", List.of()),
                    succeeded("Paris", FinishReason.STOP, null, List.of()),
                    succeeded("Paris", FinishReason.MAX_TOKENS, null, List.of()),
                    succeeded("Paris", FinishReason.CONTEXT_LIMIT, null, List.of()),
                    succeeded("Paris", FinishReason.END_OF_SEQUENCE, null, LOGPROBS),
                    failed(FailureCode.INVALID_REQUEST, "max_tokens: -5 (expected: at least 1)"),
                    failed(FailureCode.INVALID_TEXT, "prompt: not valid"),
                    failed(FailureCode.PROMPT_TOO_LONG, "prompt: 9000 tokens"),
                    failed(FailureCode.UNSUPPORTED, "tools: a list of 1"),
                    failed(FailureCode.UNKNOWN_MODEL, "model: \"m\" (expected: tiny-chat)"),
                    failed(FailureCode.REQUEST_TOO_LARGE, "record: 9000000 bytes"),
                    failed(FailureCode.ENGINE_ERROR, "the engine failed"),
                    failed(FailureCode.EXPIRED, "the deadline passed"),
                    failed(FailureCode.CANCELED, "the client withdrew it"));

    @ParameterizedTest
    @ValueSource(strings = {"native", "openai", "openai-completions", "anthropic"})
    void phrasesEveryOutcomeAsTheGoldenFileSays(String dialect) throws IOException {
        List<String> golden = golden(dialect + "-answers.jsonl");

        assertThat(OUTCOMES.stream().map(outcome -> written(dialect, outcome)))
                .containsExactlyElementsOf(golden);
    }

    @Test
    void coversEveryFailureCodeButThatOfDeadLetters() {
        assertThat(OUTCOMES)
                .filteredOn(Failed.class::isInstance)
                .extracting(outcome -> ((Failed) outcome).failure().code())
                .containsAll(List.of(FailureCode.values()).subList(1, FailureCode.values().length));
    }

    @Test
    void saysHowManyDraftedTokensWereAcceptedWhereAnyWereDrafted() throws IOException {
        Usage usage = new Usage(20, 5, 0, 12, 3);
        Map<String, List<String>> places =
                Map.of(
                        "native", List.of("/usage", "drafted_tokens", "accepted_tokens"),
                        "anthropic",
                                List.of(
                                        "/result/message/usage/speculation",
                                        "drafted_tokens",
                                        "accepted_tokens"));
        for (Map.Entry<String, List<String>> place : places.entrySet()) {
            List<String> names = place.getValue();
            JsonNode line =
                    new ObjectMapper()
                            .readTree(written("k", place.getKey(), OUTCOMES.get(0), usage));
            assertThat(line.at(names.get(0)).path(names.get(1)).asInt()).isEqualTo(12);
            assertThat(line.at(names.get(0)).path(names.get(2)).asInt()).isEqualTo(3);
        }
        JsonNode openAi =
                new ObjectMapper().readTree(written("k", "openai", OUTCOMES.get(0), usage));
        JsonNode details = openAi.at("/response/body/usage/completion_tokens_details");
        assertThat(details.path("accepted_prediction_tokens").asInt()).isEqualTo(3);
        assertThat(details.path("rejected_prediction_tokens").asInt()).isEqualTo(9);
    }

    @Test
    void phrasesOtherDialectsNatively() {
        assertThat(written("arrow", OUTCOMES.get(0)))
                .isEqualTo(written(NativeDialect.NAME, OUTCOMES.get(0)));
    }

    @Test
    void derivesIdsFromTheKeyAlone() {
        String line = written("anthropic", OUTCOMES.get(0));

        assertThat(line).contains("\"id\":\"msg_").isEqualTo(written("anthropic", OUTCOMES.get(0)));
        assertThat(written("requests-0@43", "anthropic", OUTCOMES.get(0))).isNotEqualTo(line);
    }

    @Test
    void writesOneLineOfValidJsonWhateverTheText() throws IOException {
        String text = "a\r\n\u2028\u0000\"\\\ud800 \udc00";
        String line = written("native", succeeded(text, FinishReason.MAX_TOKENS, null, List.of()));

        assertThat(line).doesNotContain("\n", "\r");
        assertThat(new ObjectMapper().readTree(line).path("output").path("text").textValue())
                .isEqualTo("a\r\n\u2028\u0000\"\\? ?");
    }

    private static Outcome succeeded(
            String text,
            FinishReason reason,
            @Nullable String stopSequence,
            List<TokenLogprobs> logprobs) {
        return new Succeeded(new Answer(text, reason, stopSequence, logprobs));
    }

    private static Outcome failed(FailureCode code, String message) {
        return new Failed(new Failure(code, message));
    }

    private static String written(String dialect, Outcome outcome) {
        return written("requests-0@42", dialect, outcome);
    }

    private static String written(String key, String dialect, Outcome outcome) {
        return written(
                key,
                dialect,
                outcome,
                outcome instanceof Succeeded ? new Usage(20, 5, 16) : Usage.NONE);
    }

    private static String written(String key, String dialect, Outcome outcome, Usage usage) {
        Completion completion =
                new Completion(
                        key,
                        "client-1",
                        dialect,
                        "tiny-chat",
                        "acme",
                        null,
                        outcome,
                        usage,
                        new Timing(1_700_000_000_000L, 1_700_000_000_100L, 0, 1_700_000_001_999L));
        return new String(Dialects.writer().write(completion), StandardCharsets.UTF_8);
    }

    private static List<String> golden(String file) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        CompletionWriterTest.class.getResourceAsStream("/dialect/" + file))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
