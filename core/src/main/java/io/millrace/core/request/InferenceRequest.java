package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

import org.jspecify.annotations.Nullable;

/**
 * One generation that a client asked for: validated, not yet tokenised.
 *
 * @param key where the record came from, for example {@code millrace.requests-3@42}: unique among
 *     all records of a job, so clients that send an id twice get two answers. The key of all state
 * @param id the client's own id, echoed in the result
 * @param dialect name of the dialect that phrases the answer
 * @param model the model asked for; null for the job's own
 * @param maxTokens the most tokens to generate; {@link #MODEL_LIMIT} for what the context leaves
 * @param topLogprobs how many alternatives to report per token; {@link #NO_LOGPROBS} for none at
 *     all, 0 for the chosen token only
 * @param batch the batch that the gateway made it part of; null if none
 * @param speculate whether tokens may be drafted for it; false for a client that wants none
 * @param arrivalMs epoch milliseconds at which the record entered the job or its topic
 */
public record InferenceRequest(
        String key,
        String id,
        String dialect,
        @Nullable String model,
        Prompt prompt,
        int maxTokens,
        Sampling sampling,
        StopRules stop,
        int topLogprobs,
        Service service,
        @Nullable String batch,
        boolean speculate,
        long arrivalMs) {

    /** No limit of the client's: the model's context ends the answer. */
    public static final int MODEL_LIMIT = Integer.MAX_VALUE;

    /** The client asked for no log-probabilities. */
    public static final int NO_LOGPROBS = -1;

    /** The most alternatives per token that may be asked for. */
    public static final int MAX_TOP_LOGPROBS = 20;

    private static final int MAX_ID_CHARACTERS = 512;

    public InferenceRequest {
        check(
                !id.isEmpty() && id.length() <= MAX_ID_CHARACTERS,
                "id",
                id.isEmpty() ? "\"\"" : id.length() + " characters",
                "1 to " + MAX_ID_CHARACTERS + " characters");
        UnicodeText.check("id", id);
        check(maxTokens >= 1, "max_tokens", maxTokens, "at least 1");
        check(
                topLogprobs >= NO_LOGPROBS && topLogprobs <= MAX_TOP_LOGPROBS,
                "top_logprobs",
                topLogprobs,
                "0 to " + MAX_TOP_LOGPROBS);
    }

    /** The same as the gateway submitted it: in its batch, on its tenant's account, in time. */
    public InferenceRequest submitted(Submission submission) {
        Service asked = service;
        Service vouched =
                new Service(
                        submission.tenant(),
                        submission.weight(),
                        asked.priority(),
                        Math.min(asked.deadlineMs(), submission.deadlineMs()),
                        asked.session(),
                        asked.adapter());
        return new InferenceRequest(
                key,
                id,
                dialect,
                model,
                prompt,
                maxTokens,
                sampling,
                stop,
                topLogprobs,
                vouched,
                submission.batch(),
                speculate,
                arrivalMs);
    }
}
