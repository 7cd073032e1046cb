package io.millrace.core.request;

import org.jspecify.annotations.Nullable;

/**
 * The one terminal result of a request.
 *
 * @param key the record's key, see {@link InferenceRequest#key()}
 * @param id the client's id
 * @param dialect name of the dialect that phrases it
 * @param model the model that answered, or the one asked for where none did
 * @param batch the batch that the request is part of; null if none
 * @param outcome the answer or the reason there is none
 */
public record Completion(
        String key,
        String id,
        String dialect,
        String model,
        String tenant,
        @Nullable String batch,
        Outcome outcome,
        Usage usage,
        Timing timing) {

    /** How a request ended. */
    public sealed interface Outcome {
        /** The four terminal states that every dialect knows. */
        Status status();
    }

    /** The model answered. */
    public record Succeeded(Answer answer) implements Outcome {
        @Override
        public Status status() {
            return Status.SUCCEEDED;
        }
    }

    /** No answer; the failure's code tells which of the other states it is. */
    public record Failed(Failure failure) implements Outcome {
        @Override
        public Status status() {
            return switch (failure.code()) {
                case CANCELED -> Status.CANCELED;
                case EXPIRED -> Status.EXPIRED;
                default -> Status.ERRORED;
            };
        }
    }

    /** Terminal states. */
    public enum Status {
        SUCCEEDED,
        ERRORED,
        CANCELED,
        EXPIRED
    }

    /** The failed result of a request that the engine never saw. */
    public static Completion rejected(
            InferenceRequest request, @Nullable String model, Failure failure, long nowMs) {
        String named = request.model() == null ? model : request.model();
        return new Completion(
                request.key(),
                request.id(),
                request.dialect(),
                named == null ? "" : named,
                request.service().tenant(),
                request.batch(),
                new Failed(failure),
                Usage.NONE,
                new Timing(request.arrivalMs(), 0, 0, nowMs));
    }

    /** Shorthand for the outcome's status. */
    public Status status() {
        return outcome.status();
    }
}
