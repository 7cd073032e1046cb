package io.millrace.operators.admit;

import static io.millrace.operators.admit.SampleRequest.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which requests are admitted, with what limits, and why the others are not. */
class AdmitRulesTest {

    @Test
    void passesOnAGoodRequestWithItsTokens() throws Exception {
        List<QueuedRequest> admitted = admit(request().valid());

        assertThat(admitted).singleElement().satisfies(this::isAdmitted);
    }

    private void isAdmitted(QueuedRequest queued) {
        assertThat(queued.promptTokens()).containsExactly('a', 'b', 'c');
        assertThat(queued.maxTokens()).isEqualTo(5);
        assertThat(queued.lane()).isEqualTo(QueuedRequest.NO_LANE);
    }

    @Test
    void clampsTheLimitToWhatTheContextLeaves() throws Exception {
        assertThat(admit(request().withMaxTokens(InferenceRequest.MODEL_LIMIT).valid()))
                .extracting(QueuedRequest::maxTokens)
                .containsExactly(CharacterEncoder.CONTEXT - 3);
        assertThat(
                        admit(
                                request()
                                        .withPrompt(text("x".repeat(CharacterEncoder.CONTEXT - 1)))
                                        .valid()))
                .extracting(QueuedRequest::maxTokens)
                .containsExactly(1);
    }

    @Test
    void rejectsAPromptThatLeavesNoRoom() throws Exception {
        Failure failure =
                rejection(request().withPrompt(text("x".repeat(CharacterEncoder.CONTEXT))));

        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure.message()).startsWith("prompt: 16 tokens (expected: at most 15");
    }

    @Test
    void rejectsAModelThatIsNotServed() throws Exception {
        assertThat(admit(request().withModel("alias").valid())).hasSize(1);

        Failure failure = rejection(request().withModel("other".repeat(1_000)));

        assertThat(failure.code()).isEqualTo(FailureCode.UNKNOWN_MODEL);
        assertThat(failure.message())
                .startsWith("model: other")
                .contains("[alias, model]")
                .hasSizeLessThan(300);
    }

    @Test
    void rejectsADeadlineThatPassed() throws Exception {
        Failure failure =
                rejection(
                        request()
                                .withService(new Service("t", 0, AdmitHarness.NOW_MS, null, null)));

        assertThat(failure.code()).isEqualTo(FailureCode.EXPIRED);
        assertThat(failure.message()).startsWith("deadline: 5000");
    }

    @Test
    void rejectsAnAdapterThatIsNotServed() throws Exception {
        Service withAdapter = new Service("t", 0, Service.NO_DEADLINE, null, "lora");
        Failure failure = rejection(request().withService(withAdapter));

        assertThat(failure.code()).isEqualTo(FailureCode.UNSUPPORTED);
        assertThat(failure.message()).isEqualTo("adapter: lora (expected: none)");
    }

    @Test
    void rejectsTokenIdsOutsideTheVocabulary() throws Exception {
        Failure ofPrompt =
                rejection(
                        request()
                                .withPrompt(
                                        new Prompt.Tokens(
                                                new int[] {1, CharacterEncoder.VOCABULARY})));
        assertThat(ofPrompt.message()).isEqualTo("token_ids: 128 (expected: 0 to 127)");

        Failure ofStop =
                rejection(request().withStop(new StopRules(List.of(), List.of(-1), false)));
        assertThat(ofStop.message()).isEqualTo("stop_token_ids: -1 (expected: 0 to 127)");
    }

    @Test
    void rejectsWhatTheTemplateRefuses() throws Exception {
        Failure refused = rejection(request().withPrompt(text("refuse")));
        assertThat(refused.message()).isEqualTo("messages: no (expected: yes)");

        Failure broken = rejection(request().withPrompt(text("break")));
        assertThat(broken.code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(broken.message()).contains("prompt").contains("broken template");

        assertThat(rejection(request().withPrompt(text("overflow"))).message())
                .contains("StackOverflowError");
        assertThat(rejection(request().withPrompt(text("nothing"))).message())
                .isEqualTo("prompt: 0 tokens (expected: at least 1)");
    }

    private static List<QueuedRequest> admit(RequestReader.Parsed... parsed) throws Exception {
        try (AdmitHarness harness = new AdmitHarness(parsed)) {
            harness.push();
            assertThat(harness.rejected()).isEmpty();
            assertThat(harness.deadLetters()).isEmpty();
            return harness.admitted();
        }
    }

    private static Failure rejection(SampleRequest sample) throws Exception {
        try (AdmitHarness harness = new AdmitHarness(sample.valid())) {
            harness.push();
            assertThat(harness.admitted()).isEmpty();
            Completion.Outcome outcome = harness.rejected().get(0).outcome();
            return ((Completion.Failed) outcome).failure();
        }
    }

    private static Prompt text(String text) {
        return new Prompt.Text(text);
    }
}
