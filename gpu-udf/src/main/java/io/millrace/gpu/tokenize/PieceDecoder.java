package io.millrace.gpu.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the pieces of a vocabulary into the bytes that they stand for, as the {@code decoder} of a
 * {@code tokenizer.json} says. Two families are known: byte-level BPE (GPT-2, Llama 3, Qwen) and
 * SentencePiece (Llama 2, Mistral, Gemma). Immutable.
 *
 * @param byteLevel whether each character of a piece stands for a byte
 * @param byteFallback whether pieces such as {@code <0x0A>} stand for a byte
 * @param replaced the text in pieces that stands for another, such as U+2581 for a space; empty for
 *     none
 * @param strippedSpaces how many spaces at the very beginning of a text are no part of it
 */
record PieceDecoder(
        boolean byteLevel,
        boolean byteFallback,
        String replaced,
        String replacement,
        int strippedSpaces) {

    private static final String KNOWN =
            "ByteLevel, Metaspace, or a Sequence of Replace, ByteFallback, Fuse and Strip";

    /**
     * Reads the decoder of a tokenizer.
     *
     * @throws IllegalArgumentException for a decoder of another family
     */
    static PieceDecoder of(JsonNode decoder) {
        PieceDecoder pieces = new PieceDecoder(false, false, "", "", 0);
        for (JsonNode step : steps(decoder)) {
            pieces = pieces.with(step);
        }
        return pieces;
    }

    private static List<JsonNode> steps(JsonNode decoder) {
        if (!decoder.path("type").asText().equals("Sequence")) {
            return List.of(decoder);
        }
        List<JsonNode> steps = new ArrayList<>();
        decoder.path("decoders").forEach(steps::add);
        return steps;
    }

    private PieceDecoder with(JsonNode step) {
        String type = step.path("type").asText("none");
        return switch (type) {
            case "ByteLevel" -> new PieceDecoder(true, byteFallback, replaced, replacement, 0);
            case "ByteFallback" ->
                    new PieceDecoder(byteLevel, true, replaced, replacement, strippedSpaces);
            case "Fuse" -> this;
            case "Replace" ->
                    new PieceDecoder(
                            byteLevel,
                            byteFallback,
                            step.path("pattern").path("String").asText(),
                            step.path("content").asText(),
                            strippedSpaces);
            case "Strip" -> withStripped(step);
            case "Metaspace" ->
                    new PieceDecoder(
                            byteLevel,
                            byteFallback,
                            step.path("replacement").asText("\u2581"),
                            " ",
                            prepends(step) ? 1 : 0);
            default ->
                    throw new IllegalArgumentException(
                            "decoder: %s (expected: %s)".formatted(type, KNOWN));
        };
    }

    private PieceDecoder withStripped(JsonNode step) {
        if (!step.path("content").asText().equals(" ") || step.path("stop").asInt() != 0) {
            throw new IllegalArgumentException(
                    "decoder: Strip of %s (expected: of spaces at the start)".formatted(step));
        }
        return new PieceDecoder(
                byteLevel, byteFallback, replaced, replacement, step.path("start").asInt());
    }

    /** Newer files have {@code prepend_scheme}, older ones {@code add_prefix_space}. */
    private static boolean prepends(JsonNode metaspace) {
        return metaspace.has("prepend_scheme")
                ? !metaspace.path("prepend_scheme").asText().equals("never")
                : metaspace.path("add_prefix_space").asBoolean(true);
    }

    /** The bytes of one piece. */
    byte[] bytes(String piece) {
        if (byteLevel) {
            return ByteLevel.bytes(piece);
        }
        if (byteFallback && piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">")) {
            try {
                return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
            } catch (NumberFormatException e) {
                // Looks like a byte and is none: text.
            }
        }
        String text = replaced.isEmpty() ? piece : piece.replace(replaced, replacement);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
