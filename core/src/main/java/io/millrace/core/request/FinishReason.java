package io.millrace.core.request;

/** Why a generation that succeeded ended. */
public enum FinishReason {
    /** The model produced an end token. */
    END_OF_SEQUENCE,
    /** A stop string or stop token of the request appeared. */
    STOP,
    /** The request's own token limit. */
    MAX_TOKENS,
    /** The model's context is full. */
    CONTEXT_LIMIT
}
