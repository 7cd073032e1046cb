package io.millrace.operators.testing;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.core.request.Submission;

/** Requests of which only key, prompt, limit and service matter. */
public final class Requests {

    private Requests() {}

    /** Its id is its key. */
    public static QueuedRequest request(String key, int lane, int maxTokens, int... prompt) {
        return request(key, key, lane, Service.DEFAULT, 0, maxTokens, prompt);
    }

    /** With everything that operators look at. */
    public static QueuedRequest request(
            String key,
            String id,
            int lane,
            Service service,
            long arrivalMs,
            int maxTokens,
            int... prompt) {
        InferenceRequest request =
                new InferenceRequest(
                        key,
                        id,
                        "native",
                        null,
                        new Prompt.Tokens(prompt),
                        maxTokens,
                        Sampling.GREEDY,
                        StopRules.NONE,
                        InferenceRequest.NO_LOGPROBS,
                        service,
                        null,
                        true,
                        arrivalMs);
        return QueuedRequest.of(request, prompt, maxTokens).withLane(lane);
    }

    /** The same as part of a batch that expires then. */
    public static QueuedRequest inBatch(String batch, long expiresMs, QueuedRequest queued) {
        InferenceRequest request = queued.request();
        Submission submission =
                new Submission(
                        request.id(), request.dialect(), batch, "tenant", 1, expiresMs, null, null);
        return QueuedRequest.of(
                        request.submitted(submission), queued.promptTokens(), queued.maxTokens())
                .withLane(queued.lane());
    }

    /** The same of a client that wants nothing drafted. */
    public static QueuedRequest withoutDrafts(QueuedRequest queued) {
        InferenceRequest request = queued.request();
        InferenceRequest plain =
                new InferenceRequest(
                        request.key(),
                        request.id(),
                        request.dialect(),
                        request.model(),
                        request.prompt(),
                        request.maxTokens(),
                        request.sampling(),
                        request.stop(),
                        request.topLogprobs(),
                        request.service(),
                        request.batch(),
                        false,
                        request.arrivalMs());
        return new QueuedRequest(
                plain,
                queued.promptTokens(),
                queued.maxTokens(),
                queued.predicted(),
                queued.lane());
    }

    /** A service with nothing but a deadline. */
    public static Service until(long deadlineMs) {
        return new Service("default", 0, deadlineMs, null, null);
    }
}
