package io.millrace.gateway.intake;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * Writes halves of surrogate pairs as escapes: one without its other half has no UTF-8, and the
 * client is told about it by the result of that request, not by a refusal of all of them.
 */
final class SurrogateEscapes extends CharacterEscapes {

    static final SurrogateEscapes INSTANCE = new SurrogateEscapes();

    private static final long serialVersionUID = 1L;

    private static final int[] ASCII = standardAsciiEscapesForJSON();

    private static final SerializedString[] SURROGATES =
            new SerializedString[Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1];

    static {
        for (int i = 0; i < SURROGATES.length; i++) {
            SURROGATES[i] = new SerializedString("\\u%04x".formatted(Character.MIN_SURROGATE + i));
        }
    }

    private SurrogateEscapes() {}

    @Override
    public int[] getEscapeCodesForAscii() {
        return ASCII.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE
                ? SURROGATES[character - Character.MIN_SURROGATE]
                : null;
    }
}
