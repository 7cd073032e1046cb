package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.RequestHeaders;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * By what a create is recognised when it comes again. Immutable.
 *
 * @param bodyHash of what was asked for and in which version
 * @param idempotencyKey hash of the client's; null if it sent none
 * @param mayBeRepeat false if the client says that this is its first try
 */
public record Fingerprint(String bodyHash, @Nullable String idempotencyKey, boolean mayBeRepeat) {

    static final String KEY_ATTRIBUTE = "key";
    static final String BODY_ATTRIBUTE = "body-sha256";
    static final String IDEMPOTENCY_ATTRIBUTE = "idempotency-key-sha256";

    private static final int MAX_KEY_CHARACTERS = 255;

    /** Of a call whose body has this hash. */
    static Fingerprint of(Call call, byte[] bodyHash) {
        RequestHeaders headers = call.request().headers();
        String idempotencyKey = headers.get("idempotency-key");
        if (idempotencyKey != null
                && (idempotencyKey.isBlank() || idempotencyKey.length() > MAX_KEY_CHARACTERS)) {
            throw ApiException.invalid(
                    "idempotency-key: expected 1 to %d characters".formatted(MAX_KEY_CHARACTERS));
        }
        MessageDigest digest = sha256();
        digest.update(bodyHash);
        digest.update(String.valueOf(call.apiVersion()).getBytes(UTF_8));
        String retries = headers.get("x-stainless-retry-count", "");
        return new Fingerprint(
                HexFormat.of().formatHex(digest.digest()),
                idempotencyKey == null
                        ? null
                        : HexFormat.of().formatHex(sha256().digest(idempotencyKey.getBytes(UTF_8))),
                !retries.equals("0"));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
