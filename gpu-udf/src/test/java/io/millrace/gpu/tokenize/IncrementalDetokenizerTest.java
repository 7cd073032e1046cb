package io.millrace.gpu.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;

class IncrementalDetokenizerTest {

    private static final Map<Path, Tokenizer> OURS = new HashMap<>();
    private static final Map<Path, HuggingFaceTokenizer> THEIRS = new HashMap<>();

    @AfterContainer
    static void closeAll() {
        OURS.values().forEach(Tokenizer::close);
        THEIRS.values().forEach(HuggingFaceTokenizer::close);
    }

    @Property(tries = 300)
    void putsTogetherWhatHuggingFaceDecodesAtOnce(@ForAll Random random) throws IOException {
        for (Path file : TestTokenizers.byteLevel()) {
            int[] ids = random.ints(random.nextInt(60), 0, ours(file).vocabularySize()).toArray();

            assertThat(pieces(ours(file), ids, random)).isEqualTo(theirs(file, ids));
            assertThat(ours(file).decode(ids)).isEqualTo(theirs(file, ids));
        }
    }

    /** Random tokens seldom make whole characters of several bytes; encoded texts do. */
    @Property(tries = 300)
    void putsTogetherTextsOfAnyCharacters(@ForAll String text, @ForAll Random random)
            throws IOException {
        for (Path file : TestTokenizers.byteLevel()) {
            int[] ids = ours(file).encode(text);

            assertThat(pieces(ours(file), ids, random)).isEqualTo(theirs(file, ids));
        }
    }

    @Property(tries = 200)
    void decodesSentencePieceAsHuggingFaceDoes(@ForAll Random random) throws IOException {
        Path file = TestTokenizers.sentencePiece();
        // Not the byte tokens: of malformed sequences, theirs also replaces the well-formed part.
        int[] ids = random.ints(random.nextInt(30), 259, ours(file).vocabularySize()).toArray();

        assertThat(pieces(ours(file), ids, random)).isEqualTo(theirs(file, ids));
    }

    @Test
    void holdsBackHalfACharacterUntilItIsWhole() {
        Tokenizer tokenizer = ours(TestTokenizers.tinyChat());
        int[] ids = tokenizer.encode("a👋b");
        IncrementalDetokenizer text = tokenizer.detokenizer();

        StringBuilder seen = new StringBuilder();
        for (int id : ids) {
            String delta = text.append(id);
            assertThat(delta).doesNotContain("\uFFFD");
            seen.append(delta);
        }

        assertThat(seen).hasToString("a👋b");
        assertThat(text.finish()).isEmpty();
    }

    @Test
    void endsHalfACharacterWithOneReplacement() {
        Tokenizer tokenizer = ours(TestTokenizers.tinyChat());
        int[] ids = tokenizer.encode("a👋");
        IncrementalDetokenizer text = tokenizer.detokenizer();

        assertThat(text.append(ids, 0, ids.length - 1)).isEqualTo("a");
        assertThat(text.finish()).isEqualTo("\uFFFD");
        assertThatIllegalStateException().isThrownBy(() -> text.append(5));
    }

    @Test
    void goesOnFromSavedTokens() {
        Tokenizer tokenizer = ours(TestTokenizers.tinyChat());
        int[] ids = tokenizer.encode("Grüße 👋 and so on");
        for (int saved = 0; saved <= ids.length; saved++) {
            IncrementalDetokenizer interrupted = tokenizer.detokenizer();
            String before = interrupted.append(ids, 0, saved);
            IncrementalDetokenizer resumed = tokenizer.detokenizer();

            assertThat(resumed.append(ids, 0, saved)).isEqualTo(before);
            assertThat(before + resumed.append(ids, saved, ids.length) + resumed.finish())
                    .isEqualTo("Grüße 👋 and so on");
        }
    }

    private static String pieces(Tokenizer tokenizer, int[] ids, Random random) {
        IncrementalDetokenizer text = tokenizer.detokenizer();
        StringBuilder pieces = new StringBuilder();
        int from = 0;
        while (from < ids.length) {
            int to = Math.min(ids.length, from + 1 + random.nextInt(3));
            pieces.append(to == from + 1 ? text.append(ids[from]) : text.append(ids, from, to));
            from = to;
        }
        return pieces.append(text.finish()).toString();
    }

    private static Tokenizer ours(Path file) {
        return OURS.computeIfAbsent(file, Tokenizer::open);
    }

    private static String theirs(Path file, int[] ids) throws IOException {
        HuggingFaceTokenizer tokenizer = THEIRS.get(file);
        if (tokenizer == null) {
            tokenizer =
                    HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "do_not_truncate"));
            THEIRS.put(file, tokenizer);
        }
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }
}
