package io.millrace.connectors.dialect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What follows from a record's key alone, so that a record that is read or answered again after a
 * failure gets the same seed and the same ids.
 */
record RecordHash(byte[] digest) {

    private static final int ID_BYTES = 12;

    static RecordHash of(String key) {
        try {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            return new RecordHash(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    long seed() {
        return ByteBuffer.wrap(digest).getLong(ID_BYTES);
    }

    /** An id such as {@code msg_0123456789abcdef01234567}. */
    String id(String prefix) {
        return prefix + HexFormat.of().formatHex(digest, 0, ID_BYTES);
    }
}
