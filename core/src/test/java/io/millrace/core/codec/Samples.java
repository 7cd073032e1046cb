package io.millrace.core.codec;

import io.millrace.core.engine.Progress;
import io.millrace.core.predict.HistogramState;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.ControlMessage;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.util.List;
import java.util.Map;

/** Values with every field set, no two alike, so that a swapped pair of fields shows. */
final class Samples {

    private static final TokenLogprobs LOGPROBS =
            new TokenLogprobs(
                    new TokenLogprobs.Entry(7, " a", -0.5f),
                    List.of(new TokenLogprobs.Entry(8, "\ufffd", -1.5f)));

    private Samples() {}

    static InferenceRequest request(Prompt prompt) {
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
                new Service("t", -5, 99L, "s", "a"),
                1000L);
    }

    static Prompt chat() {
        return new Prompt.Chat(List.of(new Message("system", "S"), new Message("user", "Grüße")));
    }

    static QueuedRequest queued() {
        return new QueuedRequest(
                request(new Prompt.Text("p")),
                new int[] {1, 49_151},
                15,
                new LengthEstimate(5, 9),
                127);
    }

    static Progress progress() {
        return new Progress(new int[] {7, 9}, List.of(LOGPROBS, LOGPROBS), 11, 12);
    }

    static InputRecord input() {
        return new InputRecord("r-0@1", new byte[] {0, -1, 10}, 5);
    }

    static DeadLetter deadLetter() {
        return new DeadLetter(
                "r-0@1", new byte[] {-1}, new Failure(FailureCode.UNREADABLE, "not JSON"), 5);
    }

    static Completion succeeded() {
        return completion(
                new Completion.Succeeded(
                        new Answer("text", FinishReason.STOP, "\n", List.of(LOGPROBS))));
    }

    static Completion failed() {
        return completion(new Completion.Failed(new Failure(FailureCode.EXPIRED, "deadline: 9")));
    }

    static HistogramState histogram() {
        return new HistogramState(new int[] {7, 9, 300}, Map.of("tenant-\u00e9", new int[] {9}));
    }

    static ControlMessage cancel() {
        return new ControlMessage.Cancel("id 1");
    }

    private static Completion completion(Completion.Outcome outcome) {
        return new Completion(
                "r-3@42",
                "id 1",
                "openai",
                "m",
                "t",
                outcome,
                new Usage(1, 2, 3),
                new Timing(4, 5, 6, 7));
    }
}
