package io.millrace.gpu.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalibrationTextsTest {

    private static final int CONTEXT = 40;
    private static final int VOCABULARY = 128;

    @Test
    void addsFirstTokensFromAllOverTheVocabulary() {
        List<int[]> texts = CalibrationTexts.of(new AsciiEncoder(-1));

        assertThat(texts).hasSizeGreaterThan(20).allSatisfy(CalibrationTextsTest::assertFits);
        assertThat(texts.subList(texts.size() - 16, texts.size()))
                .extracting(ids -> ids[0])
                .doesNotHaveDuplicates()
                .startsWith(0, 8, 16);
    }

    @Test
    void knowsWhenEveryTextBeginsAlike() {
        List<int[]> texts = CalibrationTexts.of(new AsciiEncoder(7));

        assertThat(texts).hasSizeBetween(5, 10).allSatisfy(CalibrationTextsTest::assertFits);
        assertThat(texts).extracting(ids -> ids[0]).containsOnly(7);
    }

    private static void assertFits(int[] ids) {
        assertThat(ids).hasSizeBetween(1, CONTEXT);
    }

    /** Letters are their codes; no chat template. */
    private record AsciiEncoder(int beginning) implements PromptEncoder {
        @Override
        public ModelInfo model() {
            return new ModelInfo("ascii", CONTEXT, VOCABULARY);
        }

        @Override
        public int[] encode(Prompt prompt) {
            if (prompt instanceof Prompt.Text text) {
                String whole =
                        (beginning < 0 ? "" : String.valueOf((char) beginning)) + text.text();
                return whole.chars().map(c -> c % VOCABULARY).toArray();
            }
            throw new InvalidRequestException(FailureCode.UNSUPPORTED, "messages: no template");
        }

        @Override
        public void close() {}
    }
}
