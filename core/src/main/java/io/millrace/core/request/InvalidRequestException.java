package io.millrace.core.request;

/**
 * Thrown by the constructors of this package for a value that a client could have sent. Whoever
 * parses requests turns it into an {@code errored} result; it must never fail a job.
 */
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureCode code;

    public InvalidRequestException(FailureCode code, String message) {
        super(message);
        this.code = code;
    }

    /** The same reason as a value. */
    public Failure failure() {
        return new Failure(code, String.valueOf(getMessage()));
    }

    /**
     * Fails with {@code field: value (expected: rule)} and code INVALID_REQUEST unless {@code
     * valid}.
     */
    static void check(boolean valid, String field, Object value, String rule) {
        if (!valid) {
            throw new InvalidRequestException(
                    FailureCode.INVALID_REQUEST,
                    field + ": " + value + " (expected: " + rule + ")");
        }
    }
}
