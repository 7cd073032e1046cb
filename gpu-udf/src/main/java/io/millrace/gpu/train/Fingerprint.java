package io.millrace.gpu.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells lists of tokens apart. Stateless. */
final class Fingerprint {

    private static final int SHOWN_BYTES = 12;

    private Fingerprint() {}

    /** How many there are, and the beginning of their SHA-256. */
    static String of(List<int[]> lists) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (int[] tokens : lists) {
            ByteBuffer bytes = ByteBuffer.allocate((tokens.length + 1) * Integer.BYTES);
            bytes.putInt(tokens.length);
            bytes.asIntBuffer().put(tokens);
            digest.update(bytes.array());
        }
        return lists.size() + " of " + HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
    }
}
