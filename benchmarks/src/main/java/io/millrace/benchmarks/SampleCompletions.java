package io.millrace.benchmarks;

import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.util.List;

/** Results as a job writes them. */
final class SampleCompletions {

    private static final String TEXT =
            "The dam holds the water back, so that it falls on the wheel from above and turns it."
                    + " When it is opened at night the river runs past, and the wheel stands still"
                    + " until the morning.";

    private SampleCompletions() {}

    /** The request with an answer of a few sentences. */
    static Completion answered(InferenceRequest request) {
        return new Completion(
                request.key(),
                request.id(),
                request.dialect(),
                "smollm2-135m-instruct",
                request.service().tenant(),
                null,
                new Completion.Succeeded(new Answer(TEXT, FinishReason.STOP, null, List.of())),
                new Usage(61, 43, 0),
                new Timing(
                        request.arrivalMs(),
                        request.arrivalMs() + 5,
                        request.arrivalMs() + 30,
                        request.arrivalMs() + 900));
    }
}
