package io.millrace.gpu.tokenize;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model's vocabulary: text to token ids and back, from a {@code tokenizer.json}. Nothing is ever
 * downloaded. Many threads may use one instance at once; whoever opened it closes it when all are
 * done.
 *
 * <p>Encoding adds no special tokens but recognises them in the text, as chat templates need.
 */
public final class Tokenizer implements AutoCloseable {

    private static final String OFFLINE = "ai.djl.offline";

    static {
        // Unless told otherwise, DJL looks for natives and reports on the network.
        if (System.getProperty(OFFLINE) == null) {
            System.setProperty(OFFLINE, "true");
        }
    }

    private final HuggingFaceTokenizer encoder;
    private final TokenTable tokens;

    private Tokenizer(HuggingFaceTokenizer encoder, TokenTable tokens) {
        this.encoder = encoder;
        this.tokens = tokens;
    }

    /**
     * Opens a tokenizer.
     *
     * @throws IllegalStateException if the file cannot be read or is of a kind that is not
     *     supported, naming file and reason
     */
    public static Tokenizer open(Path tokenizerJson) {
        try {
            byte[] file = Files.readAllBytes(tokenizerJson);
            TokenTable tokens = TokenTable.of(new ObjectMapper().readTree(file));
            Map<String, String> options =
                    Map.of(
                            "addSpecialTokens", "false",
                            "truncation", "do_not_truncate",
                            "padding", "do_not_pad");
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file), options),
                    tokens);
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "%s: %s (expected: a tokenizer.json of Hugging Face's tokenizers)"
                            .formatted(tokenizerJson, e),
                    e);
        }
    }

    /** Token ids of a text, without any that the text does not show. */
    public int[] encode(String text) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        // Not through encoder.encode: that copies six more arrays, one of them of objects.
        long encoding = library.encode(encoder.getHandle(), text, false);
        try {
            return Arrays.stream(library.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    /** The text of tokens, special ones left out; U+FFFD stands for bytes that are no text. */
    public String decode(int[] ids) {
        IncrementalDetokenizer detokenizer = detokenizer();
        return detokenizer.append(ids) + detokenizer.finish();
    }

    /** One token alone, special ones by their name; half a character shows as U+FFFD. */
    public String decodeToken(int id) {
        StringBuilder text = new StringBuilder();
        Utf8Decoder decoder = new Utf8Decoder();
        for (int i = 0; i < tokens.length(id); i++) {
            decoder.decode(tokens.byteAt(id, i), text);
        }
        decoder.flush(text);
        return text.toString();
    }

    /** For the text of one answer. */
    public IncrementalDetokenizer detokenizer() {
        return new IncrementalDetokenizer(tokens);
    }

    /** Ids are in [0, size); a model may have more of them, padding that stands for nothing. */
    public int vocabularySize() {
        return tokens.size();
    }

    /**
     * The first id that does not stand for the same bytes in both, or that is a control token in
     * one only.
     */
    public OptionalInt firstDifference(Tokenizer other) {
        return tokens.firstDifference(other.tokens);
    }

    /** Whether it is a control token, such as the end of a turn. */
    public boolean isSpecial(int id) {
        return tokens.isSpecial(id);
    }

    /** The id of a special token. */
    public OptionalInt specialToken(String text) {
        return tokens.specialId(text);
    }

    /** Texts that are read as special tokens. */
    Iterable<String> specialTexts() {
        return tokens.specialTexts();
    }

    /** The most bytes that one token stands for. */
    int longestToken() {
        return tokens.longestToken();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
