package io.millrace.core.testing;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;

/** Requests of which only lengths, arrival and service matter. */
public final class Requests {

    private Requests() {}

    public static QueuedRequest request(String key, int promptTokens, int answerTokens) {
        return request(key, promptTokens, answerTokens, Service.DEFAULT, 0);
    }

    public static QueuedRequest request(
            String key, int promptTokens, int answerTokens, Service service, long arrivalMs) {
        InferenceRequest request =
                new InferenceRequest(
                        key,
                        key,
                        "native",
                        null,
                        new Prompt.Text("text"),
                        answerTokens,
                        Sampling.GREEDY,
                        StopRules.NONE,
                        InferenceRequest.NO_LOGPROBS,
                        service,
                        null,
                        true,
                        arrivalMs);
        return QueuedRequest.of(request, new int[promptTokens], answerTokens)
                .withPredicted(LengthEstimate.atMost(answerTokens));
    }

    public static Service withPriority(int priority) {
        return new Service("tenant", priority, Service.NO_DEADLINE, null, null);
    }
}
