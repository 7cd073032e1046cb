package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.util.List;

/** Results for tests, and a format for them that is easy to assert on. */
final class Completions {

    private Completions() {}

    static Completion succeeded(String key, String id, String text) {
        return completion(
                key,
                id,
                new Completion.Succeeded(
                        new Answer(text, FinishReason.END_OF_SEQUENCE, null, List.of())));
    }

    static Completion failed(String key, String id, FailureCode code) {
        return completion(key, id, new Completion.Failed(new Failure(code, "why")));
    }

    static byte[] line(Completion completion) {
        String text =
                completion.outcome() instanceof Completion.Succeeded succeeded
                        ? succeeded.answer().text()
                        : ((Completion.Failed) completion.outcome()).failure().message();
        return (completion.id() + "=" + text).getBytes(UTF_8);
    }

    private static Completion completion(String key, String id, Completion.Outcome outcome) {
        return new Completion(
                key,
                id,
                "native",
                "m",
                "t",
                null,
                outcome,
                new Usage(1, 1, 0),
                new Timing(1, 2, 3, 4));
    }
}
