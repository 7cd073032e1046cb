package io.millrace.connectors.dialect;

import java.nio.charset.StandardCharsets;

/**
 * The characters of a record that claims to be UTF-8.
 *
 * @param text the characters; surrogates that were encoded one by one stand as they came
 * @param surrogateAt offset of the first encoded surrogate, which no valid UTF-8 holds; -1 if none
 * @param malformedAt offset of the first byte that is not even that; -1 if none, else text is empty
 */
record RecordText(String text, int surrogateAt, int malformedAt) {

    private static final int NONE = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    static RecordText decode(byte[] bytes) {
        int surrogateAt = NONE;
        int at = 0;
        while (at < bytes.length) {
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int length = sequenceLength(bytes, at);
            if (length > 0) {
                at += length;
            } else if (isSurrogate(bytes, at)) {
                surrogateAt = surrogateAt == NONE ? at : surrogateAt;
                at += 3;
            } else {
                return new RecordText("", surrogateAt, at);
            }
        }
        String text =
                surrogateAt == NONE
                        ? new String(bytes, StandardCharsets.UTF_8)
                        : decodeWithSurrogates(bytes, surrogateAt);
        boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
        return new RecordText(marked ? text.substring(1) : text, surrogateAt, NONE);
    }

    /** Length of the well-formed sequence of several bytes at {@code at}; 0 if there is none. */
    private static int sequenceLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        if (lead >= 0xc2 && lead <= 0xdf) {
            return isContinuation(second) ? 2 : 0;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            int min = lead == 0xe0 ? 0xa0 : 0x80;
            int max = lead == 0xed ? 0x9f : 0xbf;
            return second >= min && second <= max && continues(bytes, at + 2, 1) ? 3 : 0;
        }
        if (lead >= 0xf0 && lead <= 0xf4) {
            int min = lead == 0xf0 ? 0x90 : 0x80;
            int max = lead == 0xf4 ? 0x8f : 0xbf;
            return second >= min && second <= max && continues(bytes, at + 2, 2) ? 4 : 0;
        }
        return 0;
    }

    private static boolean isSurrogate(byte[] bytes, int at) {
        return bytes[at] == (byte) 0xed
                && continues(bytes, at + 1, 2)
                && (bytes[at + 1] & 0xff) >= 0xa0;
    }

    private static boolean continues(byte[] bytes, int from, int count) {
        if (from + count > bytes.length) {
            return false;
        }
        for (int i = from; i < from + count; i++) {
            if (!isContinuation(bytes[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isContinuation(int octet) {
        return octet >= 0x80 && octet <= 0xbf;
    }

    private static String decodeWithSurrogates(byte[] bytes, int firstSurrogate) {
        StringBuilder text = new StringBuilder(bytes.length);
        int from = 0;
        int at = firstSurrogate;
        while (at < bytes.length) {
            if (isSurrogate(bytes, at)) {
                text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                text.append(
                        (char) (0xd000 | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f)));
                at += 3;
                from = at;
            } else {
                at++;
            }
        }
        return text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8)).toString();
    }
}
