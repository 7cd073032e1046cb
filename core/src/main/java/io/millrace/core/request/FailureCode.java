package io.millrace.core.request;

import java.util.Locale;

/**
 * Why a request got no answer. The wire form ({@link #wireName()}) is stable: clients group errors
 * by it, metrics use it as a label.
 */
public enum FailureCode {
    /** The record is not an object of any accepted dialect; the only code of dead letters. */
    UNREADABLE,
    /** A field is missing, of the wrong type or outside its range. */
    INVALID_REQUEST,
    /** Text that is not valid Unicode, for example an unpaired surrogate. */
    INVALID_TEXT,
    /** The record is larger than the job accepts. */
    REQUEST_TOO_LARGE,
    /** The prompt leaves no room for an answer within the model's context. */
    PROMPT_TOO_LONG,
    /** The job does not serve the named model. */
    UNKNOWN_MODEL,
    /** A field that is legal in the dialect and that this engine does not offer. */
    UNSUPPORTED,
    /** The deadline passed before the answer was complete. */
    EXPIRED,
    /** The client withdrew the request. */
    CANCELED,
    /** The engine failed on this request although it was valid. */
    ENGINE_ERROR;

    /** The lower-case form that leaves the process, for example {@code prompt_too_long}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
