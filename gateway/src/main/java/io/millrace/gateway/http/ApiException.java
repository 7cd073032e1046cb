package io.millrace.gateway.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that ends in an error which its client is told: thrown wherever it is found, phrased by
 * the {@link Surface} that the client speaks. The message is for the client: nothing secret.
 */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;
    private final boolean repeatingHelps;

    private ApiException(
            ErrorKind kind,
            String message,
            @Nullable String code,
            @Nullable Duration retryAfter,
            boolean repeatingHelps) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.retryAfter = retryAfter;
        this.repeatingHelps = repeatingHelps;
    }

    /** An error. */
    public static ApiException of(ErrorKind kind, String message) {
        return new ApiException(kind, message, null, null, true);
    }

    /** The client's fault. */
    public static ApiException invalid(String message) {
        return of(ErrorKind.INVALID_REQUEST, message);
    }

    /** Nothing of this name, or nothing that this client may know of. */
    public static ApiException notFound(String message) {
        return of(ErrorKind.NOT_FOUND, message);
    }

    /** Kafka does not answer. */
    public static ApiException unavailable(String message) {
        return of(ErrorKind.UNAVAILABLE, message).retryAfter(Duration.ofSeconds(5));
    }

    /** With a code for programs, beside the type. */
    public ApiException code(String detailCode) {
        return new ApiException(kind, message(), detailCode, retryAfter, repeatingHelps);
    }

    /** With a time to wait before the next try. */
    public ApiException retryAfter(Duration wait) {
        return new ApiException(kind, message(), code, wait, repeatingHelps);
    }

    /** Clients that retry errors of this kind shall not, it cannot help. */
    public ApiException withoutRetry() {
        return new ApiException(kind, message(), code, retryAfter, false);
    }

    /** Its kind. */
    public ErrorKind kind() {
        return kind;
    }

    /** Its message, which is never null. */
    public String message() {
        return String.valueOf(getMessage());
    }

    @Nullable String detailCode() {
        return code;
    }

    @Nullable Duration retryAfter() {
        return retryAfter;
    }

    boolean repeatingHelps() {
        return repeatingHelps;
    }
}
