package io.millrace.operators.generate;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Timing;
import org.jspecify.annotations.Nullable;

/** A request that the engine holds, and why it was told to stop, if it was. */
final class InFlight {

    private final QueuedRequest request;
    private @Nullable Failure stopped;

    InFlight(QueuedRequest request) {
        this.request = request;
    }

    QueuedRequest request() {
        return request;
    }

    /** It will end with this failure, unless its answer is complete already. */
    void stop(Failure reason) {
        if (stopped == null) {
            stopped = reason;
        }
    }

    /** What the client gets. */
    Completion completion(GenerationResult result, String model) {
        return new Completion(
                request.key(),
                request.request().id(),
                request.request().dialect(),
                model,
                request.request().service().tenant(),
                request.request().batch(),
                outcome(result.outcome()),
                result.usage(),
                new Timing(
                        request.request().arrivalMs(),
                        result.startedMs(),
                        result.firstTokenMs(),
                        result.finishedMs()));
    }

    /** The engine knows only that it was to stop; the reason is ours. */
    private Completion.Outcome outcome(Completion.Outcome ofEngine) {
        if (stopped != null
                && ofEngine instanceof Completion.Failed failed
                && failed.failure().code() == FailureCode.CANCELED) {
            return new Completion.Failed(stopped);
        }
        return ofEngine;
    }
}
