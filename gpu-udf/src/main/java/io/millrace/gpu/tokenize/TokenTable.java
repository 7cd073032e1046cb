package io.millrace.gpu.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What each token id stands for: its bytes, in one array, and whether it is a special token. Ids
 * beyond the table, which padded models have, stand for nothing. Immutable.
 */
final class TokenTable {

    private final byte[] bytes;
    private final int[] offsets;
    private final BitSet special;
    private final Map<String, Integer> specialIds;
    private final int strippedSpaces;
    private final int longestToken;

    private TokenTable(
            byte[][] tokens, BitSet special, Map<String, Integer> specialIds, int strippedSpaces) {
        this.special = special;
        this.specialIds = Map.copyOf(specialIds);
        this.strippedSpaces = strippedSpaces;
        offsets = new int[tokens.length + 1];
        int longest = 0;
        for (int id = 0; id < tokens.length; id++) {
            offsets[id + 1] = offsets[id] + tokens[id].length;
            longest = Math.max(longest, tokens[id].length);
        }
        longestToken = longest;
        bytes = new byte[offsets[tokens.length]];
        for (int id = 0; id < tokens.length; id++) {
            System.arraycopy(tokens[id], 0, bytes, offsets[id], tokens[id].length);
        }
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws IllegalArgumentException naming the field that is missing or not supported
     */
    static TokenTable of(JsonNode tokenizer) {
        PieceDecoder decoder = PieceDecoder.of(tokenizer.path("decoder"));
        List<Piece> pieces = new ArrayList<>(vocabulary(tokenizer.path("model").path("vocab")));
        BitSet special = new BitSet();
        Map<String, Integer> specialIds = new HashMap<>();
        for (JsonNode added : tokenizer.path("added_tokens")) {
            Piece piece = new Piece(added.path("content").asText(), added.path("id").asInt(-1));
            pieces.add(piece);
            if (added.path("special").asBoolean()) {
                special.set(piece.id());
                specialIds.put(piece.text(), piece.id());
            }
        }
        byte[][] tokens = new byte[size(pieces)][];
        Arrays.fill(tokens, new byte[0]);
        for (Piece piece : pieces) {
            tokens[piece.id()] = decoder.bytes(piece.text());
        }
        return new TokenTable(tokens, special, specialIds, decoder.strippedSpaces());
    }

    private record Piece(String text, int id) {}

    /** An object of ids by piece, or for Unigram a list of pieces with scores. */
    private static List<Piece> vocabulary(JsonNode vocabulary) {
        List<Piece> pieces = new ArrayList<>(vocabulary.size());
        if (vocabulary.isArray()) {
            for (int id = 0; id < vocabulary.size(); id++) {
                pieces.add(new Piece(vocabulary.path(id).path(0).asText(), id));
            }
        } else {
            vocabulary
                    .properties()
                    .forEach(
                            entry ->
                                    pieces.add(
                                            new Piece(entry.getKey(), entry.getValue().asInt(-1))));
        }
        return pieces;
    }

    private static int size(List<Piece> pieces) {
        int max = pieces.stream().map(Piece::id).max(Comparator.naturalOrder()).orElse(-1);
        boolean valid = pieces.stream().allMatch(piece -> piece.id() >= 0);
        if (max < 0 || !valid || max > 10 * pieces.size() + 1_000) {
            throw new IllegalArgumentException(
                    "model.vocab: %d tokens, largest id %d (expected: ids from 0 without large gaps)"
                            .formatted(pieces.size(), max));
        }
        return max + 1;
    }

    int size() {
        return offsets.length - 1;
    }

    boolean isSpecial(int id) {
        return id >= 0 && special.get(id);
    }

    OptionalInt specialId(String text) {
        Integer id = specialIds.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Texts of all special tokens. */
    Iterable<String> specialTexts() {
        return specialIds.keySet();
    }

    /** Of the very beginning of a text, see {@link PieceDecoder}. */
    int strippedSpaces() {
        return strippedSpaces;
    }

    /** The first id that differs in its bytes or in being special. */
    OptionalInt firstDifference(TokenTable other) {
        for (int id = 0; id < Math.max(size(), other.size()); id++) {
            if (isSpecial(id) != other.isSpecial(id) || !sameBytes(other, id)) {
                return OptionalInt.of(id);
            }
        }
        return OptionalInt.empty();
    }

    private boolean sameBytes(TokenTable other, int id) {
        boolean same = length(id) == other.length(id);
        for (int i = 0; same && i < length(id); i++) {
            same = byteAt(id, i) == other.byteAt(id, i);
        }
        return same;
    }

    /** Bytes of the longest token. */
    int longestToken() {
        return longestToken;
    }

    int length(int id) {
        return id < 0 || id >= size() ? 0 : offsets[id + 1] - offsets[id];
    }

    byte byteAt(int id, int index) {
        return bytes[offsets[id] + index];
    }
}
