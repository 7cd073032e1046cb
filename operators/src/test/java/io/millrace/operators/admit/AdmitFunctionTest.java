package io.millrace.operators.admit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.operators.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmitFunctionTest {

    private static final int CONTEXT = 16;
    private static final int VOCABULARY = 128;
    private static final long NOW_MS = 5_000;
    private static final AdmitSettings SETTINGS =
            new AdmitSettings(Set.of("model", "alias"), Set.of());

    @Test
    void passesOnAGoodRequestWithItsTokens() throws Exception {
        List<QueuedRequest> admitted = admit(valid(request()));

        assertThat(admitted).singleElement().satisfies(this::isAdmitted);
    }

    private void isAdmitted(QueuedRequest queued) {
        assertThat(queued.promptTokens()).containsExactly('a', 'b', 'c');
        assertThat(queued.maxTokens()).isEqualTo(5);
        assertThat(queued.lane()).isEqualTo(QueuedRequest.NO_LANE);
    }

    @Test
    void clampsTheLimitToWhatTheContextLeaves() throws Exception {
        assertThat(admit(valid(request().withMaxTokens(InferenceRequest.MODEL_LIMIT))))
                .extracting(QueuedRequest::maxTokens)
                .containsExactly(CONTEXT - 3);
        assertThat(admit(valid(request().withPrompt(text("x".repeat(CONTEXT - 1))))))
                .extracting(QueuedRequest::maxTokens)
                .containsExactly(1);
    }

    @Test
    void rejectsAPromptThatLeavesNoRoom() throws Exception {
        Failure failure = rejection(request().withPrompt(text("x".repeat(CONTEXT))));

        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure.message()).startsWith("prompt: 16 tokens (expected: at most 15");
    }

    @Test
    void rejectsAModelThatIsNotServed() throws Exception {
        assertThat(admit(valid(request().withModel("alias")))).hasSize(1);

        Failure failure = rejection(request().withModel("other".repeat(1_000)));

        assertThat(failure.code()).isEqualTo(FailureCode.UNKNOWN_MODEL);
        assertThat(failure.message())
                .startsWith("model: other")
                .contains("[alias, model]")
                .hasSizeLessThan(300);
    }

    @Test
    void rejectsADeadlineThatPassed() throws Exception {
        Failure failure = rejection(request().withService(new Service("t", 0, NOW_MS, null, null)));

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
                rejection(request().withPrompt(new Prompt.Tokens(new int[] {1, VOCABULARY})));
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

    @Test
    void answersAnInvalidRequestWithWhatIsKnownOfIt() throws Exception {
        Failure failure = new Failure(FailureCode.INVALID_REQUEST, "max_tokens: -1");
        try (Harness harness =
                new Harness(new RequestReader.Invalid("key", "id", "openai", null, failure, 42))) {
            harness.push();
            Completion completion = harness.rejected().get(0);

            assertThat(completion.key()).isEqualTo("key");
            assertThat(completion.id()).isEqualTo("id");
            assertThat(completion.dialect()).isEqualTo("openai");
            assertThat(completion.model()).isEqualTo("model");
            assertThat(completion.status()).isEqualTo(Status.ERRORED);
            assertThat(completion.timing().arrivalMs()).isEqualTo(42);
            assertThat(completion.timing().finishedMs()).isEqualTo(NOW_MS);
        }
    }

    @Test
    void keepsTheBytesOfWhatCannotBeRead() throws Exception {
        Failure failure = new Failure(FailureCode.UNREADABLE, "not JSON");
        try (Harness harness = new Harness(new RequestReader.Unreadable(input(), failure))) {
            harness.push();

            DeadLetter letter = harness.deadLetters().get(0);
            assertThat(letter.key()).isEqualTo(input().key());
            assertThat(letter.value()).isEqualTo(input().value());
            assertThat(letter.failure()).isEqualTo(failure);
        }
    }

    @Test
    void survivesAReaderThatThrowsHalfWay() throws Exception {
        try (Harness harness =
                new Harness(
                        (input, output) -> {
                            output.accept(valid(request()));
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
        try (Harness harness =
                new Harness(
                        valid(request().withKey("a")),
                        valid(request().withKey("b").withModel("no")),
                        valid(request().withKey("c")))) {
            harness.push();

            assertThat(harness.admitted()).extracting(QueuedRequest::key).containsExactly("a", "c");
            assertThat(harness.rejected()).extracting(Completion::key).containsExactly("b");
        }
    }

    @Test
    void countsOnAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = new Harness(valid(request()), valid(request().withModel("no")))) {
            harness.push();
            state = harness.flink.snapshot(1, 1);
            harness.push();
        }
        try (Harness harness = new Harness(state, valid(request()))) {
            harness.push();

            assertThat(harness.figure(Figure.REQUESTS)).isEqualTo(3);
        }
    }

    @Test
    void closesItsEncoder() throws Exception {
        Harness harness = new Harness(valid(request()));
        harness.close();

        assertThat(Encoder.LAST_CLOSED).isTrue();
    }

    private static List<QueuedRequest> admit(RequestReader.Parsed... parsed) throws Exception {
        try (Harness harness = new Harness(parsed)) {
            harness.push();
            assertThat(harness.rejected()).isEmpty();
            assertThat(harness.deadLetters()).isEmpty();
            return harness.admitted();
        }
    }

    private static Failure rejection(Sample sample) throws Exception {
        try (Harness harness = new Harness(valid(sample))) {
            harness.push();
            assertThat(harness.admitted()).isEmpty();
            Completion.Outcome outcome = harness.rejected().get(0).outcome();
            return ((Completion.Failed) outcome).failure();
        }
    }

    private static InputRecord input() {
        return new InputRecord("in.jsonl@0", "bytes".getBytes(UTF_8), 1);
    }

    private static Prompt text(String text) {
        return new Prompt.Text(text);
    }

    private static RequestReader.Valid valid(Sample sample) {
        return new RequestReader.Valid(
                new InferenceRequest(
                        sample.key(),
                        "id",
                        "native",
                        sample.model(),
                        sample.prompt(),
                        sample.maxTokens(),
                        Sampling.GREEDY,
                        sample.stop(),
                        InferenceRequest.NO_LOGPROBS,
                        sample.service(),
                        1));
    }

    private static Sample request() {
        return new Sample("key", null, text("abc"), 5, StopRules.NONE, Service.DEFAULT);
    }

    /** What the tests vary of a request. */
    private record Sample(
            String key,
            @Nullable String model,
            Prompt prompt,
            int maxTokens,
            StopRules stop,
            Service service) {

        Sample withKey(String newKey) {
            return new Sample(newKey, model, prompt, maxTokens, stop, service);
        }

        Sample withModel(String newModel) {
            return new Sample(key, newModel, prompt, maxTokens, stop, service);
        }

        Sample withPrompt(Prompt newPrompt) {
            return new Sample(key, model, newPrompt, maxTokens, stop, service);
        }

        Sample withMaxTokens(int tokens) {
            return new Sample(key, model, prompt, tokens, stop, service);
        }

        Sample withStop(StopRules rules) {
            return new Sample(key, model, prompt, maxTokens, rules, service);
        }

        Sample withService(Service newService) {
            return new Sample(key, model, prompt, maxTokens, stop, newService);
        }
    }

    private static final class Harness implements AutoCloseable {

        private final OneInputStreamOperatorTestHarness<InputRecord, QueuedRequest> flink;

        Harness(RequestReader.Parsed... parsed) throws Exception {
            this((OperatorSubtaskState) null, parsed);
        }

        Harness(@Nullable OperatorSubtaskState state, RequestReader.Parsed... parsed)
                throws Exception {
            this(state, (input, output) -> List.of(parsed).forEach(output));
        }

        Harness(RequestReader reader) throws Exception {
            this(null, reader);
        }

        private Harness(@Nullable OperatorSubtaskState state, RequestReader reader)
                throws Exception {
            flink =
                    new OneInputStreamOperatorTestHarness<>(
                            new ProcessOperator<>(
                                    new AdmitFunction(reader, Encoder::new, SETTINGS)),
                            1,
                            1,
                            0);
            flink.setup();
            if (state != null) {
                flink.initializeState(state);
            }
            flink.open();
            flink.setProcessingTime(NOW_MS);
        }

        void push() throws Exception {
            flink.processElement(input(), 0);
        }

        List<QueuedRequest> admitted() {
            return flink.extractOutputValues();
        }

        List<Completion> rejected() {
            List<Completion> values = new ArrayList<>();
            collect(AdmitFunction.REJECTED, values::add);
            return values;
        }

        List<DeadLetter> deadLetters() {
            List<DeadLetter> values = new ArrayList<>();
            collect(AdmitFunction.DEAD_LETTERS, values::add);
            return values;
        }

        long figure(Figure figure) {
            var accumulators = flink.getEnvironment().getAccumulatorRegistry().getUserMap();
            Object value =
                    requireNonNull(accumulators.get(figure.accumulatorName())).getLocalValue();
            return (Long) value;
        }

        private <T> void collect(OutputTag<T> tag, Consumer<T> values) {
            var output = flink.getSideOutput(tag);
            if (output != null) {
                output.forEach(record -> values.accept(record.getValue()));
            }
        }

        @Override
        public void close() throws Exception {
            flink.close();
        }
    }

    /** A token per character; some words make trouble. */
    private static final class Encoder implements PromptEncoder {

        private static final AtomicBoolean LAST_CLOSED = new AtomicBoolean();

        Encoder() {
            LAST_CLOSED.set(false);
        }

        @Override
        public ModelInfo model() {
            return new ModelInfo("model", CONTEXT, VOCABULARY);
        }

        @Override
        public int[] encode(Prompt prompt) {
            if (prompt instanceof Prompt.Tokens tokens) {
                return tokens.ids();
            }
            String text = ((Prompt.Text) prompt).text();
            return switch (text) {
                case "refuse" ->
                        throw new InvalidRequestException(
                                FailureCode.INVALID_REQUEST, "messages: no (expected: yes)");
                case "break" -> throw new IllegalArgumentException("broken template");
                case "overflow" -> throw new StackOverflowError();
                case "nothing" -> new int[0];
                default -> text.chars().toArray();
            };
        }

        @Override
        public void close() {
            LAST_CLOSED.set(true);
        }
    }
}
