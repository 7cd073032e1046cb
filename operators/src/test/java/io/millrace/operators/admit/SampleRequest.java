package io.millrace.operators.admit;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import org.jspecify.annotations.Nullable;

/** What the tests of admission vary of a request. */
record SampleRequest(
        String key,
        @Nullable String model,
        Prompt prompt,
        int maxTokens,
        StopRules stop,
        Service service) {

    /** Three tokens, up to five more. */
    static SampleRequest request() {
        return new SampleRequest(
                "key", null, new Prompt.Text("abc"), 5, StopRules.NONE, Service.DEFAULT);
    }

    SampleRequest withKey(String newKey) {
        return new SampleRequest(newKey, model, prompt, maxTokens, stop, service);
    }

    SampleRequest withModel(String newModel) {
        return new SampleRequest(key, newModel, prompt, maxTokens, stop, service);
    }

    SampleRequest withPrompt(Prompt newPrompt) {
        return new SampleRequest(key, model, newPrompt, maxTokens, stop, service);
    }

    SampleRequest withMaxTokens(int tokens) {
        return new SampleRequest(key, model, prompt, tokens, stop, service);
    }

    SampleRequest withStop(StopRules rules) {
        return new SampleRequest(key, model, prompt, maxTokens, rules, service);
    }

    SampleRequest withService(Service newService) {
        return new SampleRequest(key, model, prompt, maxTokens, stop, newService);
    }

    RequestReader.Valid valid() {
        return new RequestReader.Valid(
                new InferenceRequest(
                        key,
                        "id",
                        "native",
                        model,
                        prompt,
                        maxTokens,
                        Sampling.GREEDY,
                        stop,
                        InferenceRequest.NO_LOGPROBS,
                        service,
                        null,
                        true,
                        1));
    }
}
