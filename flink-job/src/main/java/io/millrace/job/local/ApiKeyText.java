package io.millrace.job.local;

import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.ApiKeys;
import io.millrace.gateway.access.Limits;
import io.millrace.job.options.ConfigurationException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one key of a service that somebody starts for himself. Immutable.
 *
 * @param value as clients send it
 * @param fresh whether nobody knows it yet
 */
public record ApiKeyText(String value, boolean fresh) {

    private static final int BYTES = 24;

    /**
     * The key that was chosen, or a fresh one.
     *
     * @throws ConfigurationException if no gateway takes it, before anything is started
     */
    public static ApiKeyText of(@Nullable String chosen, SecureRandom random) {
        if (chosen != null) {
            ApiKeyText text = new ApiKeyText(chosen, false);
            try {
                text.keys();
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException("--api-key: " + e.getMessage(), e);
            }
            return text;
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new ApiKeyText("mr-" + HexFormat.of().formatHex(secret), true);
    }

    /** For a gateway. */
    public ApiKeys keys() {
        return ApiKeys.of(
                Map.of(value, new ApiKey("local", ApiKey.DEFAULT_WORKSPACE, Limits.DEFAULT)));
    }

    /** Keys do not belong into logs. */
    @Override
    public String toString() {
        return "ApiKeyText[fresh=" + fresh + "]";
    }
}
