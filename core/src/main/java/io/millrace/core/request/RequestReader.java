package io.millrace.core.request;

import java.io.Serializable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns records of any accepted dialect into requests. One record may carry many requests (Arrow).
 * Implementations are stateless after construction and never throw for the content of a record.
 */
public interface RequestReader extends Serializable {

    /** Reads one record and hands out every request in it, in order, good or bad. */
    void read(InputRecord input, Consumer<Parsed> output);

    /** What became of a request. */
    sealed interface Parsed {}

    /** A valid request. */
    record Valid(InferenceRequest request) implements Parsed {}

    /**
     * A request that can be answered, with an error.
     *
     * @param model as far as it could be read
     */
    record Invalid(
            String key,
            String id,
            String dialect,
            @Nullable String model,
            Failure failure,
            long arrivalMs)
            implements Parsed {}

    /** A record that nobody can be answered for: it goes to the dead letters with its bytes. */
    record Unreadable(InputRecord input, Failure failure) implements Parsed {}
}
