package io.millrace.gpu.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8DecoderTest {

    @Property
    void decodesEveryTextByteByByte(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(decode(bytes)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Table 3-8 of the Unicode standard and its neighbours. */
    @ParameterizedTest
    @CsvSource({
        "61f1808061, a?a",
        "e18061, ?a",
        "c261, ?a",
        "f1808080, \uD8C0\uDC00",
        "c0af, ??",
        "eda080, ???",
        "f4908080, ????",
        "e08061, ??a",
        "f08061, ??a",
        "80bf, ??",
        "fe, ?",
        "f09f91, ?",
        "f09f, ?",
        "e4bdc3a9, ?é",
    })
    void replacesMaximalPartsOfCharacters(String hex, String expected) {
        assertThat(decode(HexFormat.of().parseHex(hex))).isEqualTo(expected.replace('?', '\uFFFD'));
    }

    private static String decode(byte[] bytes) {
        Utf8Decoder decoder = new Utf8Decoder();
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            decoder.decode(b, text);
        }
        decoder.flush(text);
        return text.toString();
    }
}
