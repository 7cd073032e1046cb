package io.millrace.core.request;

import static java.util.Objects.requireNonNull;

/**
 * Why a request got no answer, for a person to act on.
 *
 * @param message names the field, its value and the rule, as {@code field: value (expected: rule)}
 */
public record Failure(FailureCode code, String message) {

    public Failure {
        requireNonNull(code, "code is null");
        requireNonNull(message, "message is null");
    }
}
