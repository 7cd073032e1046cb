package io.millrace.gateway.http;

/** Kinds of errors of the HTTP API: status and the type's name in the body. */
public enum ErrorKind {
    INVALID_REQUEST(400, "invalid_request_error"),
    AUTHENTICATION(401, "authentication_error"),
    PERMISSION(403, "permission_error"),
    NOT_FOUND(404, "not_found_error"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error"),
    REQUEST_TIMEOUT(408, "timeout_error"),
    CONFLICT(409, "conflict_error"),
    TOO_LARGE(413, "request_too_large"),
    UNSUPPORTED_MEDIA(415, "invalid_request_error"),
    RANGE_NOT_SATISFIABLE(416, "invalid_request_error"),
    RATE_LIMIT(429, "rate_limit_error"),
    INTERNAL(500, "api_error"),
    UNAVAILABLE(503, "overloaded_error"),
    TIMEOUT(504, "timeout_error"),
    OVERLOADED(529, "overloaded_error");

    private final int status;
    private final String type;

    ErrorKind(int status, String type) {
        this.status = status;
        this.type = type;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What the body calls it. */
    public String type() {
        return type;
    }

    /** The kind that stands for a status. */
    public static ErrorKind ofStatus(int status) {
        for (ErrorKind kind : values()) {
            if (kind.status == status) {
                return kind;
            }
        }
        return status < 500 ? INVALID_REQUEST : INTERNAL;
    }

    /** The kind that an error of this type has, for errors that results carry. */
    public static ErrorKind ofType(String type) {
        for (ErrorKind kind : values()) {
            if (kind.type.equals(type)) {
                return kind;
            }
        }
        return INTERNAL;
    }
}
