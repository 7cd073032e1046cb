package io.millrace.operators.admit;

import static io.millrace.operators.admit.SampleRequest.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.Submission;
import io.millrace.operators.report.Figure;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Where everything that a record holds goes, and what is counted. */
class AdmitFunctionTest {

    @Test
    void answersAnInvalidRequestWithWhatIsKnownOfIt() throws Exception {
        Failure failure = new Failure(FailureCode.INVALID_REQUEST, "max_tokens: -1");
        try (AdmitHarness harness =
                new AdmitHarness(
                        new RequestReader.Invalid("key", "id", "openai", null, failure, 42))) {
            harness.push();
            Completion completion = harness.rejected().get(0);

            assertThat(completion.key()).isEqualTo("key");
            assertThat(completion.id()).isEqualTo("id");
            assertThat(completion.dialect()).isEqualTo("openai");
            assertThat(completion.model()).isEqualTo("model");
            assertThat(completion.status()).isEqualTo(Status.ERRORED);
            assertThat(completion.timing().arrivalMs()).isEqualTo(42);
            assertThat(completion.timing().finishedMs()).isEqualTo(AdmitHarness.NOW_MS);
        }
    }

    @Test
    void keepsTheBytesOfWhatCannotBeRead() throws Exception {
        Failure failure = new Failure(FailureCode.UNREADABLE, "not JSON");
        try (AdmitHarness harness = new AdmitHarness(new Unreadable(AdmitHarness.INPUT, failure))) {
            harness.push();

            DeadLetter letter = harness.deadLetters().get(0);
            assertThat(letter.key()).isEqualTo(AdmitHarness.INPUT.key());
            assertThat(letter.value()).isEqualTo(AdmitHarness.INPUT.value());
            assertThat(letter.failure()).isEqualTo(failure);
        }
    }

    @Test
    void survivesAReaderThatThrowsHalfWay() throws Exception {
        try (AdmitHarness harness =
                new AdmitHarness(
                        (input, output) -> {
                            output.accept(request().valid());
                            throw new IllegalStateException("bug");
                        })) {
            harness.push();

            assertThat(harness.admitted()).hasSize(1);
            assertThat(harness.deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.failure().message()).contains("bug"));
        }
    }

    @Test
    void readsEveryRequestOfARecordInOrder() throws Exception {
        try (AdmitHarness harness =
                new AdmitHarness(
                        request().withKey("a").valid(),
                        request().withKey("b").withModel("no").valid(),
                        request().withKey("c").valid())) {
            harness.push();

            assertThat(harness.admitted()).extracting(QueuedRequest::key).containsExactly("a", "c");
            assertThat(harness.rejected()).extracting(Completion::key).containsExactly("b");
        }
    }

    @Test
    void countsOnAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (AdmitHarness harness =
                new AdmitHarness(request().valid(), request().withModel("no").valid())) {
            harness.push();
            state = harness.snapshot();
            harness.push();
        }
        try (AdmitHarness harness = new AdmitHarness(state, request().valid())) {
            harness.push();

            assertThat(harness.figure(Figure.REQUESTS)).isEqualTo(3);
        }
    }

    @Test
    void closesItsEncoder() throws Exception {
        AdmitHarness harness = new AdmitHarness(request().valid());
        harness.close();

        assertThat(CharacterEncoder.LAST_CLOSED).isTrue();
    }

    @Test
    void whoeverSubmittedThroughTheGatewayIsAnsweredEvenIfNobodyCanReadTheRecord()
            throws Exception {
        Submission submission =
                new Submission("a", "anthropic", "msgbatch_1", "workspace", 1, 99, null, null);
        InputRecord input = new InputRecord("r-0@1", new byte[] {1}, 7, submission);
        Failure failure = new Failure(FailureCode.UNREADABLE, "record: no JSON");
        try (AdmitHarness harness =
                new AdmitHarness((read, output) -> output.accept(new Unreadable(read, failure)))) {
            harness.push(input);

            assertThat(harness.deadLetters()).isEmpty();
            assertThat(harness.rejected())
                    .singleElement()
                    .satisfies(
                            completion -> {
                                assertThat(completion.id()).isEqualTo("a");
                                assertThat(completion.dialect()).isEqualTo("anthropic");
                                assertThat(completion.batch()).isEqualTo("msgbatch_1");
                                assertThat(completion.tenant()).isEqualTo("workspace");
                                assertThat(completion.outcome())
                                        .isEqualTo(new Completion.Failed(failure));
                            });
        }
    }
}
