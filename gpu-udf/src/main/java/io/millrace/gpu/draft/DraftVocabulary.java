package io.millrace.gpu.draft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The words that a drafter scores: all, or the most frequent (FR-Spec, 2502.14856). A word that is
 * not scored is never drafted and still answered. Immutable.
 *
 * <p>The ranking is {@code draft_vocabulary.json} beside the drafter's weights, a list of token
 * ids, the most frequent first, counted from answers of the model itself. Without it the ids count
 * in their own order: byte-pair encoders number words as they merged them, the frequent ones first.
 */
public final class DraftVocabulary {

    /** The ranking's file, beside the drafter's weights. */
    public static final String FILE = "draft_vocabulary.json";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final int[] words;
    private final boolean whole;

    private DraftVocabulary(int[] words, boolean whole) {
        this.words = words;
        this.whole = whole;
    }

    /** Every word of a vocabulary. */
    static DraftVocabulary whole(int size) {
        return new DraftVocabulary(IntStream.range(0, size).toArray(), true);
    }

    /** These words, in this order. */
    static DraftVocabulary of(int[] words) {
        return new DraftVocabulary(words.clone(), false);
    }

    /**
     * The most frequent words.
     *
     * @param directory where the ranking may lie
     * @param limit how many; 0 for all
     * @param size of the model's vocabulary
     * @throws IllegalArgumentException if the ranking is damaged or too short, naming file and rule
     */
    static DraftVocabulary mostFrequent(Path directory, int limit, int size) {
        if (limit == 0 || limit >= size) {
            return whole(size);
        }
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return of(IntStream.range(0, limit).toArray());
        }
        int[] ranking = read(file);
        if (ranking.length < limit) {
            throw new IllegalArgumentException(
                    "engine.speculation.vocabulary: %d (expected: at most %d, the words of %s)"
                            .formatted(limit, ranking.length, file));
        }
        int[] words = Arrays.copyOf(ranking, limit);
        for (int word : words) {
            if (word < 0 || word >= size) {
                throw new IllegalArgumentException(
                        "%s: %d (expected: token ids below %d)".formatted(file, word, size));
            }
        }
        return of(words);
    }

    private static int[] read(Path file) {
        try {
            return MAPPER.readValue(Files.readAllBytes(file), int[].class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: a JSON list of token ids)"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read: " + e, e);
        }
    }

    /** How many. */
    int size() {
        return words.length;
    }

    /** Whether it is the model's whole vocabulary, in its order. */
    boolean isWhole() {
        return whole;
    }

    /**
     * Of a matrix [whole vocabulary, columns], row-major, the rows of these words, in their order.
     */
    float[] rowsOf(float[] all, int columns) {
        if (whole) {
            return all;
        }
        float[] rows = new float[words.length * columns];
        for (int i = 0; i < words.length; i++) {
            System.arraycopy(all, words[i] * columns, rows, i * columns, columns);
        }
        return rows;
    }

    /** The token id of each, [size]. */
    int[] words() {
        return words.clone();
    }
}
