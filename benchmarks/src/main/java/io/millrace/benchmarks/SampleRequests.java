package io.millrace.benchmarks;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Requests as a job sees them: a chat with a question, prompts of 16 to 512 tokens, answers of 16
 * to 256. Equal generators give equal requests. One thread only.
 */
final class SampleRequests {

    private static final int VOCABULARY = 49_152;
    private static final int LONGEST_PROMPT = 512;
    private static final int LONGEST_ANSWER = 256;
    private static final int SHORTEST = 16;

    /** A question of the length that people ask. */
    static final String QUESTION =
            "Explain in two sentences why a river that drives a mill is dammed upstream of the wheel"
                    + " and not downstream, and what happens to the wheel when the dam is opened at"
                    + " night. Answer for a reader of twelve years.";

    private static final int PROMPTS = 256;

    // Drawn beforehand, so that a benchmark measures something else than random numbers.
    private final int[][] prompts = new int[PROMPTS][];
    private final Prompt question = new Prompt.Chat(List.of(new Message("user", QUESTION)));
    private final RandomGenerator random;
    private long made;

    SampleRequests(RandomGenerator random) {
        this.random = random;
        for (int i = 0; i < PROMPTS; i++) {
            int length = random.nextInt(SHORTEST, LONGEST_PROMPT + 1);
            prompts[i] = random.ints(length, 0, VOCABULARY).toArray();
        }
    }

    /** The next request: a prompt that others may have too, an answer of random length. */
    QueuedRequest next() {
        return next(Service.DEFAULT);
    }

    /** The same for somebody. */
    QueuedRequest next(Service service) {
        int[] prompt = prompts[random.nextInt(PROMPTS)];
        int answer = random.nextInt(SHORTEST, LONGEST_ANSWER + 1);
        long number = made++;
        InferenceRequest request =
                new InferenceRequest(
                        "millrace.requests-0@" + number,
                        "request-" + number,
                        "native",
                        null,
                        question,
                        answer,
                        Sampling.GREEDY,
                        StopRules.NONE,
                        InferenceRequest.NO_LOGPROBS,
                        service,
                        null,
                        true,
                        1_700_000_000_000L + number);
        LengthEstimate predicted = new LengthEstimate(answer / 2, answer);
        return QueuedRequest.of(request, prompt, answer).withPredicted(predicted);
    }
}
