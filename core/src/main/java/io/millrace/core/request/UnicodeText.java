package io.millrace.core.request;

/** The one rule for text from clients: it must be encodable, so no unpaired surrogates. */
public final class UnicodeText {

    private UnicodeText() {}

    /**
     * Refuses text that cannot be encoded.
     *
     * @throws InvalidRequestException INVALID_TEXT naming {@code field} and the index of the first
     *     unpaired surrogate
     */
    public static void check(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new InvalidRequestException(
                        FailureCode.INVALID_TEXT,
                        "%s: unpaired surrogate \\u%04x at index %d (expected: valid Unicode)"
                                .formatted(field, (int) c, i));
            }
        }
    }
}
