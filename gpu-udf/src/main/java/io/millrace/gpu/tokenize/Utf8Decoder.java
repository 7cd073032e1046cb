package io.millrace.gpu.tokenize;

/**
 * Decodes UTF-8 as it arrives, never emitting half a character. Malformed bytes become U+FFFD as
 * the Unicode standard recommends: one per maximal part of a character (section 3.9, table 3-8), as
 * Rust's tokenizers do. Used by one thread.
 */
final class Utf8Decoder {

    private static final char REPLACEMENT = '\uFFFD';

    /** Bytes that the character begun still needs. */
    private int needed;

    /** Its bits so far. */
    private int codePoint;

    /** The range of its next byte; only the second one is narrower than a continuation byte. */
    private int lower = 0x80;

    private int upper = 0xbf;

    /** Adds one byte and appends the character that it completes, if it does. */
    void decode(byte next, StringBuilder output) {
        int octet = next & 0xff;
        if (needed > 0) {
            if (octet >= lower && octet <= upper) {
                proceed(octet, output);
                return;
            }
            flush(output);
        }
        begin(octet, output);
    }

    private void proceed(int octet, StringBuilder output) {
        codePoint = (codePoint << 6) | (octet & 0x3f);
        lower = 0x80;
        upper = 0xbf;
        needed--;
        if (needed == 0) {
            output.appendCodePoint(codePoint);
        }
    }

    private void begin(int octet, StringBuilder output) {
        if (octet < 0x80) {
            output.append((char) octet);
        } else if (octet >= 0xc2 && octet <= 0xdf) {
            await(1, octet & 0x1f);
        } else if (octet >= 0xe0 && octet <= 0xef) {
            await(2, octet & 0x0f);
            lower = octet == 0xe0 ? 0xa0 : 0x80;
            upper = octet == 0xed ? 0x9f : 0xbf;
        } else if (octet >= 0xf0 && octet <= 0xf4) {
            await(3, octet & 0x07);
            lower = octet == 0xf0 ? 0x90 : 0x80;
            upper = octet == 0xf4 ? 0x8f : 0xbf;
        } else {
            output.append(REPLACEMENT);
        }
    }

    private void await(int bytes, int bits) {
        needed = bytes;
        codePoint = bits;
    }

    /** Ends the text: a character that is not complete becomes one U+FFFD. */
    void flush(StringBuilder output) {
        if (needed > 0) {
            output.append(REPLACEMENT);
            needed = 0;
            lower = 0x80;
            upper = 0xbf;
        }
    }
}
