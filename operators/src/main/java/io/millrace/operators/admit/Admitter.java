package io.millrace.operators.admit;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.Service;
import io.millrace.core.request.Submission;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides on every request of a record. Whatever a record holds, it never throws: the job must not
 * restart for what a client sent. One thread only, since it owns an encoder.
 */
final class Admitter implements AutoCloseable {

    /** The most characters of a client's value that a message repeats. */
    private static final int MAX_QUOTED = 100;

    private final RequestReader reader;
    private final PromptEncoder encoder;
    private final ModelInfo model;
    private final AdmitSettings settings;

    Admitter(RequestReader reader, PromptEncoder encoder, AdmitSettings settings) {
        this.reader = reader;
        this.encoder = encoder;
        this.model = encoder.model();
        this.settings = settings;
    }

    List<Admission> admit(InputRecord input, long nowMs) {
        List<Parsed> parsed = new ArrayList<>(1);
        try {
            reader.read(input, parsed::add);
        } catch (RuntimeException | StackOverflowError e) {
            parsed.add(new Unreadable(input, failure(FailureCode.UNREADABLE, "record", e)));
        }
        List<Admission> admissions = new ArrayList<>(parsed.size());
        for (Parsed one : parsed) {
            admissions.add(admit(one, input.submission(), nowMs));
        }
        return admissions;
    }

    @Override
    public void close() {
        encoder.close();
    }

    private Admission admit(Parsed parsed, @Nullable Submission submission, long nowMs) {
        if (parsed instanceof Valid valid) {
            return admit(valid.request(), nowMs);
        }
        if (parsed instanceof Invalid invalid) {
            return new Admission.Rejected(rejected(invalid, submission, nowMs));
        }
        Unreadable unreadable = (Unreadable) parsed;
        return submission == null
                ? new Admission.Dead(dead(unreadable))
                : new Admission.Rejected(
                        rejected(answerable(unreadable, submission), submission, nowMs));
    }

    /** Whoever submitted it through the gateway waits for a result, readable or not. */
    private static Invalid answerable(Unreadable unreadable, Submission submission) {
        return new Invalid(
                unreadable.input().key(),
                submission.id(),
                submission.dialect(),
                null,
                unreadable.failure(),
                unreadable.input().arrivalMs());
    }

    private Admission admit(InferenceRequest request, long nowMs) {
        try {
            check(request, nowMs);
            int[] prompt = encoder.encode(request.prompt());
            return new Admission.Accepted(
                    QueuedRequest.of(request, prompt, maxTokens(request, prompt.length)));
        } catch (InvalidRequestException e) {
            return rejected(request, e.failure(), nowMs);
        } catch (RuntimeException | StackOverflowError e) {
            String field = field(request.prompt());
            return rejected(request, failure(FailureCode.INVALID_REQUEST, field, e), nowMs);
        }
    }

    private void check(InferenceRequest request, long nowMs) {
        String asked = request.model();
        if (asked != null && !settings.modelNames().contains(asked)) {
            String rule = "one of " + settings.modelNames() + ", or none";
            throw refused(FailureCode.UNKNOWN_MODEL, "model", asked, rule);
        }
        Service service = request.service();
        if (service.deadlineMs() <= nowMs) {
            String rule = "later than now, " + nowMs + " epoch milliseconds";
            throw refused(FailureCode.EXPIRED, "deadline", service.deadlineMs(), rule);
        }
        String adapter = service.adapter();
        if (adapter != null && !settings.adapters().contains(adapter)) {
            String rule = settings.adapters().isEmpty() ? "none" : "one of " + settings.adapters();
            throw refused(FailureCode.UNSUPPORTED, "adapter", adapter, rule);
        }
        for (int id : request.stop().tokenIds()) {
            checkTokenId("stop_token_ids", id);
        }
        if (request.prompt() instanceof Prompt.Tokens tokens) {
            for (int id : tokens.ids()) {
                checkTokenId("token_ids", id);
            }
        }
    }

    private void checkTokenId(String field, int id) {
        if (id < 0 || id >= model.vocabularySize()) {
            String rule = "0 to %d".formatted(model.vocabularySize() - 1);
            throw refused(FailureCode.INVALID_REQUEST, field, id, rule);
        }
    }

    /** The client's limit or what the context leaves, whichever is less. */
    private int maxTokens(InferenceRequest request, int promptLength) {
        String tokens = promptLength + " tokens";
        if (promptLength == 0) {
            throw refused(
                    FailureCode.INVALID_REQUEST, field(request.prompt()), tokens, "at least 1");
        }
        int room = model.contextLength() - promptLength;
        if (room <= 0) {
            String rule =
                    "at most %d, the model's context of %d less 1 for the answer"
                            .formatted(model.contextLength() - 1, model.contextLength());
            throw refused(FailureCode.PROMPT_TOO_LONG, field(request.prompt()), tokens, rule);
        }
        return Math.min(request.maxTokens(), room);
    }

    private Admission rejected(InferenceRequest request, Failure failure, long nowMs) {
        return new Admission.Rejected(Completion.rejected(request, model.name(), failure, nowMs));
    }

    private Completion rejected(Invalid invalid, @Nullable Submission submission, long nowMs) {
        return new Completion(
                invalid.key(),
                invalid.id(),
                invalid.dialect(),
                Objects.requireNonNullElse(invalid.model(), model.name()),
                submission == null ? Service.DEFAULT.tenant() : submission.tenant(),
                submission == null ? null : submission.batch(),
                new Completion.Failed(invalid.failure()),
                Usage.NONE,
                new Timing(invalid.arrivalMs(), 0, 0, nowMs));
    }

    private static DeadLetter dead(Unreadable unreadable) {
        InputRecord input = unreadable.input();
        return new DeadLetter(input.key(), input.value(), unreadable.failure(), input.arrivalMs());
    }

    private static Failure failure(FailureCode code, String field, Throwable cause) {
        String reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new Failure(code, field + ": cannot be processed, " + quoted(reason));
    }

    private static String field(Prompt prompt) {
        if (prompt instanceof Prompt.Chat) {
            return "messages";
        }
        return prompt instanceof Prompt.Text ? "prompt" : "token_ids";
    }

    private static String quoted(String value) {
        if (value.length() <= MAX_QUOTED) {
            return value;
        }
        boolean splitsPair = Character.isHighSurrogate(value.charAt(MAX_QUOTED - 1));
        int end = splitsPair ? MAX_QUOTED - 1 : MAX_QUOTED;
        return value.substring(0, end) + "... (" + value.length() + " characters)";
    }

    private static InvalidRequestException refused(
            FailureCode code, String field, Object value, String rule) {
        return new InvalidRequestException(
                code, "%s: %s (expected: %s)".formatted(field, quoted(value.toString()), rule));
    }
}
