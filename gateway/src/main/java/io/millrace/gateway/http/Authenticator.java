package io.millrace.gateway.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.access.RateLimiter;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls and whether they may: key, workspace, rate. Safe for any thread; throws
 * {@link ApiException}.
 */
public final class Authenticator {

    private static final String BEARER = "bearer ";
    private static final String OLDEST_VERSION = "2023-06-01";
    private static final Set<String> VERSIONS = Set.of(OLDEST_VERSION, "2026-10-21");

    private final KeyRing keys;
    private final RateLimiter rates;

    /** Keys that are known. */
    public Authenticator(KeyRing keys, RateLimiter rates) {
        this.keys = keys;
        this.rates = rates;
    }

    /** The key of a call that may go on. */
    public ApiKey authenticate(RequestHeaders headers) {
        String presented = presented(headers);
        if (presented == null) {
            throw ApiException.of(
                    ErrorKind.AUTHENTICATION,
                    "x-api-key or authorization: Bearer header is required");
        }
        ApiKey key = keys.find(presented);
        if (key == null) {
            throw ApiException.of(ErrorKind.AUTHENTICATION, "invalid API key");
        }
        String workspace = headers.get("anthropic-workspace-id");
        if (workspace != null && !workspace.equals(key.workspace())) {
            throw ApiException.of(
                    ErrorKind.PERMISSION,
                    "anthropic-workspace-id: not the workspace of this API key");
        }
        Duration wait = rates.tryCall(key);
        if (!wait.isZero()) {
            throw ApiException.of(
                            ErrorKind.RATE_LIMIT,
                            "This request would exceed your rate limit of %d requests per minute"
                                    .formatted(key.limits().requestsPerMinute()))
                    .retryAfter(wait);
        }
        return key;
    }

    /** The version of Anthropic's API that a call speaks; the oldest if it does not say. */
    public static String version(RequestHeaders headers) {
        String version = headers.get("anthropic-version", OLDEST_VERSION);
        if (!VERSIONS.contains(version)) {
            throw ApiException.invalid(
                    "anthropic-version: expected one of "
                            + String.join(", ", VERSIONS.stream().sorted().toList()));
        }
        return version;
    }

    private static @Nullable String presented(RequestHeaders headers) {
        String own = headers.get("x-api-key");
        if (own != null && !own.isEmpty()) {
            return own;
        }
        String bearer = headers.get(HttpHeaderNames.AUTHORIZATION);
        return bearer != null && bearer.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? bearer.substring(BEARER.length()).strip()
                : null;
    }
}
