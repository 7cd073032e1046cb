package io.millrace.gpu.predict;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.gpu.model.ModelDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what {@link PredictorFiles} reads, and a report beside it. Stateless. */
final class PredictorWriter {

    static final String REPORT = "report.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .addModule(FiniteNumber.module())
                    .build();

    private PredictorWriter() {}

    /**
     * What a predictor was trained to look at.
     *
     * @param common what all prompts began with
     * @param layer whose states it read; without a meaning for a sentence encoder
     * @param answers whether it read those of answers
     */
    record Seen(CommonPrefix common, int layer, boolean answers) {}

    /** Writes all files, over those that are there. */
    static void write(
            Path directory,
            PredictorKind kind,
            ModelDirectory model,
            Seen seen,
            NetworkTraining.Trained trained,
            PredictorReport report)
            throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("predictor", kind.id());
        config.put("model", model.name());
        config.put("tokenizer_sha256", Fingerprints.ofTokenizer(model));
        switch (kind) {
            case ELIS -> config.put("encoder", SentenceEncoder.NAME);
            case HIDDEN_STATE -> {
                config.put("model_sha256", Fingerprints.ofModel(model));
                config.put(PredictorFiles.LAYER, seen.layer());
                config.put(PredictorFiles.ANSWERS, seen.answers());
            }
        }
        config.put("common_prefix", seen.common().tokens());
        config.put("inputs", trained.means().length);
        config.put("layers", trained.layers().size());
        JSON.writeValue(directory.resolve(PredictorFiles.CONFIG).toFile(), config);
        JSON.writeValue(directory.resolve(REPORT).toFile(), report);
        Files.write(directory.resolve(PredictorFiles.TENSORS), tensors(trained));
    }

    /** In the layout of safetensors: length of the header, header, data. */
    private static byte[] tensors(NetworkTraining.Trained trained) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        add(header, data, PredictorFiles.MEANS, trained.means(), trained.means().length);
        add(header, data, PredictorFiles.DEVIATIONS, trained.deviations(), trained.means().length);
        List<QuantileNetwork.Layer> layers = trained.layers();
        for (int i = 0; i < layers.size(); i++) {
            float[] weights = layers.get(i).weights();
            float[] biases = layers.get(i).biases();
            int inputs = weights.length / biases.length;
            add(header, data, PredictorFiles.weights(i), weights, biases.length, inputs);
            add(header, data, PredictorFiles.biases(i), biases, biases.length);
        }
        byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data.toByteArray())
                .array();
    }

    private static void add(
            Map<String, Object> header,
            ByteArrayOutputStream data,
            String name,
            float[] values,
            int... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        int begin = data.size();
        data.writeBytes(bytes.array());
        header.put(
                name,
                Map.of(
                        "dtype",
                        "F32",
                        "shape",
                        shape,
                        "data_offsets",
                        new int[] {begin, data.size()}));
    }
}
