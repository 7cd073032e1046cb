package io.millrace.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys by their HMAC-SHA-256 under a salt that they share: one hash per call serves for all of
 * them, and a table of hashes of likely keys made without the salt is of no use. Immutable.
 */
final class HashedKeys {

    static final int SALT_BYTES = 16;
    static final int HASH_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] salt;
    private final Map<String, ApiKey> byHash;

    HashedKeys(byte[] salt, Map<String, ApiKey> byHash) {
        if (salt.length < SALT_BYTES) {
            throw new IllegalArgumentException(
                    "salt: %d bytes (expected: at least %d)".formatted(salt.length, SALT_BYTES));
        }
        this.salt = salt.clone();
        this.byHash = Map.copyOf(byHash);
    }

    /** Hashes keys given in the clear, under a salt of this process. */
    static HashedKeys of(Map<String, ApiKey> clear) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Map<String, ApiKey> byHash = new HashMap<>();
        clear.forEach((key, meaning) -> byHash.put(hash(salt, key), meaning));
        return new HashedKeys(salt, byHash);
    }

    @Nullable ApiKey find(String presented) {
        String hash = hash(salt, presented);
        // Every key is compared, in constant time each: how long it takes tells nothing.
        ApiKey found = null;
        for (Map.Entry<String, ApiKey> entry : byHash.entrySet()) {
            if (MessageDigest.isEqual(entry.getKey().getBytes(UTF_8), hash.getBytes(UTF_8))) {
                found = entry.getValue();
            }
        }
        return found;
    }

    static String hash(byte[] salt, String key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(salt, ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(key.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
        }
    }
}
