package io.millrace.gpu.predict;

import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.model.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** By what a predictor knows the tokenizer and the model that it was trained for. Stateless. */
final class Fingerprints {

    /** Rows of the embedding that tell one model from another. */
    private static final int ROWS = 16;

    private Fingerprints() {}

    /** Of the tokenizer's file. */
    static String ofTokenizer(ModelDirectory model) {
        Path file = model.tokenizerJson();
        try {
            return hex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw ModelFormatException.of(file, "content", e, "a file that can be read");
        }
    }

    /** Of the model's shape and the first rows of its embedding. */
    static String ofModel(ModelDirectory model) {
        ModelConfig config = model.config();
        Weight embedding = model.weights().embedding();
        int columns = config.hiddenSize();
        int rows = Math.min(ROWS, config.vocabularySize());
        FloatBuffer values = FloatBuffer.allocate(rows * columns);
        embedding.readRows(0, rows, values);
        byte[] shape =
                "%d layers of %d, %d words"
                        .formatted(config.layers(), columns, config.vocabularySize())
                        .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all = ByteBuffer.allocate(shape.length + rows * columns * Float.BYTES);
        all.put(shape);
        all.asFloatBuffer().put(values.array());
        return hex(all.array());
    }

    private static String hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
