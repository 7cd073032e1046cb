package io.millrace.gpu.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

    @TempDir private Path folder;

    @Test
    void encodesTheOraclesPromptAddingNothing() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            assertThat(tokenizer.encode("<|im_start|>user\nWhat is the capital of France?"))
                    .containsExactly(1, 1489, 201, 1270, 310, 278, 906, 917, 290, 635, 84, 476, 33);
            assertThat(tokenizer.encode("")).isEmpty();
        }
    }

    @Test
    void doesNotCutLongTexts() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            assertThat(tokenizer.encode("7 ".repeat(5_000))).hasSize(10_000);
        }
    }

    @Test
    void knowsItsVocabulary() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(2048);
            assertThat(tokenizer.isSpecial(2)).isTrue();
            assertThat(tokenizer.isSpecial(3)).isFalse();
            assertThat(tokenizer.isSpecial(-1)).isFalse();
            assertThat(tokenizer.specialToken("<|im_end|>")).hasValue(2);
            assertThat(tokenizer.specialToken("user")).isEmpty();
        }
    }

    @Test
    void namesSingleTokensSpecialOnesToo() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            int[] half = tokenizer.encode("👋");

            assertThat(tokenizer.decodeToken(2)).isEqualTo("<|im_end|>");
            assertThat(tokenizer.decodeToken(310)).isEqualTo(" is");
            assertThat(tokenizer.decodeToken(half[0])).isEqualTo("\uFFFD");
            assertThat(tokenizer.decodeToken(9_999)).isEmpty();
            assertThat(tokenizer.decodeToken(-1)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello, world!",
                " leading and  double ",
                "Grüße 👩‍🚀 你好\n\n\t",
                "1234567890"
            })
    void decodesWhatItEncoded(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void decodesSentencePieceWithItsFirstSpaceStripped() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.sentencePiece())) {
            int[] ids = tokenizer.encode("hello world é");

            assertThat(tokenizer.decode(ids)).isEqualTo("hello world é");
            assertThat(tokenizer.decodeToken(ids[0])).isEqualTo(" hello");
        }
    }

    @Test
    void leavesSpecialTokensOutOfText() {
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            assertThat(tokenizer.decode(new int[] {1, 310, 2, 310, 2})).isEqualTo(" is is");
        }
    }

    @Test
    void encodesForManyThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Tokenizer tokenizer = Tokenizer.open(TestTokenizers.tinyChat())) {
            String text = "What is the capital of France? ".repeat(100);
            int[] expected = tokenizer.encode(text);
            List<Future<int[]>> encodings =
                    threads.invokeAll(Collections.nCopies(100, () -> tokenizer.encode(text)));
            for (Future<int[]> encoding : encodings) {
                assertThat(encoding.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void namesTheFileThatIsNoTokenizer() throws IOException {
        Path missing = folder.resolve("missing.json");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"model\":{}}");
        Path words =
                Files.writeString(
                        folder.resolve("words.json"),
                        "{\"decoder\":{\"type\":\"WordPiece\"},\"model\":{\"vocab\":{\"a\":0}}}");

        for (Path file : List.of(missing, broken, other, words)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tokenizer.open(file))
                    .withMessageContaining(file.toString());
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> Tokenizer.open(words))
                .withMessageContaining("decoder: WordPiece (expected: ByteLevel");
    }
}
