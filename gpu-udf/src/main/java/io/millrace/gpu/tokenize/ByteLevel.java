package io.millrace.gpu.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet of byte-level BPE (GPT-2): each byte is written as one printable character, those
 * that are none shifted to U+0100 and up.
 */
final class ByteLevel {

    private static final int FIRST_SHIFTED = 0x100;
    private static final short NO_BYTE = -1;

    /** By character. */
    private static final short[] BYTES = alphabet();

    private ByteLevel() {}

    private static short[] alphabet() {
        short[] bytes = new short[FIRST_SHIFTED + 0x44];
        Arrays.fill(bytes, NO_BYTE);
        int shifted = FIRST_SHIFTED;
        for (int b = 0; b < 0x100; b++) {
            boolean printable =
                    (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
            bytes[printable ? b : shifted++] = (short) b;
        }
        return bytes;
    }

    /** The bytes of a piece; one that has a character outside the alphabet stands for itself. */
    static byte[] bytes(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = piece.charAt(i);
            if (c >= BYTES.length || BYTES[c] == NO_BYTE) {
                return piece.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTES[c];
        }
        return bytes;
    }
}
