package io.millrace.core.codec;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.Progress;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.TrackedBatch;
import io.millrace.core.predict.HistogramState;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.core.request.Submission;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values with every field set, no two alike, so that a swapped pair of fields shows. */
final class Samples {

    private static final Usage USAGE = new Usage(1, 2, 3, 20, 21);

    private static final TokenLogprobs LOGPROBS =
            new TokenLogprobs(
                    new TokenLogprobs.Entry(7, " a", -0.5f),
                    List.of(new TokenLogprobs.Entry(8, "\ufffd", -1.5f)));

    private Samples() {}

    static InferenceRequest request(Prompt prompt) {
        return request(prompt, 2.5, "b", false);
    }

    /** Before there were weights. */
    static InferenceRequest v2(Prompt prompt) {
        return request(prompt, 1, "b", false);
    }

    /** Before there were batches. */
    static InferenceRequest v1(Prompt prompt) {
        return request(prompt, 1, null, true);
    }

    private static InferenceRequest request(
            Prompt prompt, double weight, @Nullable String batch, boolean speculate) {
        return new InferenceRequest(
                "r-3@42",
                "id 1",
                "native",
                "m",
                prompt,
                16,
                new Sampling(1.25f, 0.5f, 40, 0.75f, 0.125f, 77L),
                new StopRules(List.of("\n"), List.of(2, 3), true),
                4,
                new Service("t", weight, -5, 99L, "s", "a"),
                batch,
                speculate,
                1000L);
    }

    static Prompt chat() {
        return new Prompt.Chat(List.of(new Message("system", "S"), new Message("user", "Grüße")));
    }

    static QueuedRequest queued() {
        return queued(request(new Prompt.Text("p")));
    }

    static QueuedRequest queuedV2() {
        return queued(v2(new Prompt.Text("p")));
    }

    static QueuedRequest queuedV1() {
        return queued(v1(new Prompt.Text("p")));
    }

    private static QueuedRequest queued(InferenceRequest request) {
        return new QueuedRequest(request, new int[] {1, 49_151}, 15, new LengthEstimate(5, 9), 127);
    }

    static Progress progress() {
        return new Progress(new int[] {7, 9}, List.of(LOGPROBS, LOGPROBS), 11, 12);
    }

    static InputRecord inputV1() {
        return new InputRecord("r-0@1", new byte[] {0, -1, 10}, 5);
    }

    static InputRecord inputV2() {
        return new InputRecord("r-0@1", new byte[] {0, -1, 10}, 5, submission(1));
    }

    static InputRecord input() {
        return new InputRecord("r-0@1", new byte[] {0, -1, 10}, 5, submission(0.25));
    }

    private static Submission submission(double weight) {
        return new Submission("id 1", "openai", "b", "t", weight, 99, "2026-10-21", "too large");
    }

    static DeadLetter deadLetter() {
        return new DeadLetter(
                "r-0@1", new byte[] {-1}, new Failure(FailureCode.UNREADABLE, "not JSON"), 5);
    }

    static Completion succeeded() {
        return completion(answer(), "b", USAGE);
    }

    static Completion succeededV1() {
        return completion(answer(), null, new Usage(1, 2, 3));
    }

    static Completion succeededV2() {
        return completion(answer(), "b", new Usage(1, 2, 3));
    }

    private static Completion.Outcome answer() {
        return new Completion.Succeeded(
                new Answer("text", FinishReason.STOP, "\n", List.of(LOGPROBS)));
    }

    static Completion failed() {
        return completion(
                new Completion.Failed(new Failure(FailureCode.EXPIRED, "deadline: 9")), "b", USAGE);
    }

    static QuantileShifts shifts() {
        return new QuantileShifts(0.5, -0.25);
    }

    static HistogramState histogram() {
        return new HistogramState(new int[] {7, 9, 300}, Map.of("tenant-\u00e9", new int[] {9}));
    }

    static ControlMessage cancel() {
        return new ControlMessage.Cancel("id 1");
    }

    static ControlMessage createBatch() {
        return new ControlMessage.CreateBatch(manifest());
    }

    static ControlMessage cancelBatch() {
        return new ControlMessage.CancelBatch("b", 77);
    }

    static ControlMessage deleteBatch() {
        return new ControlMessage.DeleteBatch("b");
    }

    static BatchState batch() {
        return batch(new BatchCounts(1, 2, 3, 4, 5, 6, 7, 18, 19));
    }

    static BatchState batchV1() {
        return batch(new BatchCounts(1, 2, 3, 4, 5, 6, 7));
    }

    private static BatchState batch(BatchCounts counts) {
        return new BatchState(manifest(), counts, 8L, 9L, null, 10L);
    }

    static TrackedBatch tracked() {
        return tracked(new BatchCounts(1, 2, 3, 4, 5, 6, 7, 18, 19));
    }

    static TrackedBatch trackedV1() {
        return tracked(new BatchCounts(1, 2, 3, 4, 5, 6, 7));
    }

    private static TrackedBatch tracked(BatchCounts counts) {
        return new TrackedBatch(
                manifest(), counts, 8L, 9L, null, 10, 11L, TrackedBatch.Step.ARCHIVE);
    }

    private static BatchManifest manifest() {
        return new BatchManifest("b", "w", "openai", 11, 12, 13, 14, Map.of("k", "v"));
    }

    private static Completion completion(
            Completion.Outcome outcome, @Nullable String batch, Usage usage) {
        return new Completion(
                "r-3@42",
                "id 1",
                "openai",
                "m",
                "t",
                batch,
                outcome,
                usage,
                new Timing(4, 5, 6, 7));
    }
}
