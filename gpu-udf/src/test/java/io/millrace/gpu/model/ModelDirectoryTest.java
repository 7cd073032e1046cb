package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelDirectoryTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void readsTheSameWeightsFromEitherFormat(String family) throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint(family);
        ModelDirectory plain = ModelDirectory.open(checkpoint.writeSafetensors(directory));
        Path file = checkpoint.gguf().write(directory.resolve("tiny.gguf"));

        ModelDirectory gguf = ModelDirectory.open(file);

        assertThat(gguf.config()).isEqualTo(plain.config());
        assertThat(gguf.name()).isEqualTo("Tiny " + family);
        assertThat(gguf.weights().tied()).isFalse();
        List<Weight> expected = all(plain.weights());
        List<Weight> actual = all(gguf.weights());
        assertThat(actual).hasSameSizeAs(checkpoint.tensors()).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            Weight weight = actual.get(i);
            assertThat(weight.role()).isEqualTo(expected.get(i).role());
            assertThat(weight.shape()).isEqualTo(expected.get(i).shape());
            assertThat(floats(weight)).as("%s", weight).isEqualTo(floats(expected.get(i)));
        }
    }

    @Test
    void handsOutStoredBytesOnlyWhereTheyAreInOrder() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("llama");
        checkpoint.writeSafetensors(directory);
        Path file = checkpoint.gguf().write(directory.resolve("tiny.gguf"));
        LayerWeights layer = ModelDirectory.open(file).weights().layers().get(1);

        assertThat(layer.query().raw()).isEmpty();
        assertThat(layer.key().raw()).isEmpty();
        assertThat(layer.value().raw())
                .get()
                .extracting(bytes -> bytes.getFloat(0))
                .isEqualTo(floats(layer.value())[0]);
        LayerWeights plain = ModelDirectory.open(directory).weights().layers().get(1);
        assertThat(plain.query().raw()).isPresent();
    }

    @Test
    void readsSomeRowsOfAPairedWeight() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("llama");
        checkpoint.writeSafetensors(directory);
        Path file = checkpoint.gguf().write(directory.resolve("tiny.gguf"));
        Weight query = ModelDirectory.open(file).weights().layers().get(0).query();
        float[] whole = floats(query);
        float[] rows = new float[9 * 12];

        query.readRows(5, 9, FloatBuffer.wrap(rows));

        assertThat(rows).isEqualTo(Arrays.copyOfRange(whole, 5 * 12, 14 * 12));
        assertThatThrownBy(() -> query.readRows(30, 3, FloatBuffer.allocate(99)))
                .hasMessageContaining("rows: 3 from 30");
    }

    @Test
    void readsShardedCheckpoints() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("qwen3");
        checkpoint.writeSafetensors(directory);
        List<Weight> expected = all(ModelDirectory.open(directory).weights());
        List<float[]> values = expected.stream().map(ModelDirectoryTest::floats).toList();
        Files.delete(directory.resolve("model.safetensors"));
        StringBuilder map = new StringBuilder();
        List<List<StoredTensor>> shards = List.of(new ArrayList<>(), new ArrayList<>());
        for (StoredTensor tensor : checkpoint.tensors()) {
            int shard = Math.floorMod(tensor.name().hashCode(), 2);
            shards.get(shard).add(tensor);
            map.append(map.isEmpty() ? "" : ",")
                    .append("\"%s\":\"part-%d.safetensors\"".formatted(tensor.name(), shard));
        }
        for (int i = 0; i < 2; i++) {
            SafetensorsWriter.write(directory.resolve("part-" + i + ".safetensors"), shards.get(i));
        }
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{" + map + "}}");

        List<Weight> actual = all(ModelDirectory.open(directory).weights());

        assertThat(actual.stream().map(ModelDirectoryTest::floats).toList())
                .usingRecursiveComparison()
                .isEqualTo(values);
    }

    @Test
    void scalesLlama3sRotationByTheDivisorsOfAGguf() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("llama");
        checkpoint.writeSafetensors(directory);
        float[] divisors = {1, 1, 2.5f, 8};
        Path file =
                checkpoint
                        .gguf()
                        .tensor(StoredTensor.floats("rope_freqs.weight", divisors, 4))
                        .write(directory.resolve("tiny.gguf"));

        assertThat(ModelDirectory.open(file).config().rope().scaling())
                .isEqualTo(new RopeScaling.Divisors(List.of(1f, 1f, 2.5f, 8f)));
    }

    @Test
    void tiesTheHeadWhereAGgufHasNone() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("qwen2");
        checkpoint.writeSafetensors(directory);
        checkpoint.weights.remove(WeightRole.HEAD);

        ModelDirectory model =
                ModelDirectory.open(checkpoint.gguf().write(directory.resolve("tiny.gguf")));

        assertThat(model.weights().tied()).isTrue();
        assertThat(model.config().tiedEmbeddings()).isTrue();
    }

    @Test
    void ignoresAHeadThatIsStoredAlthoughTied() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("qwen2");
        checkpoint.writeSafetensors(directory);
        replace("config.json", "{\"model_type\"", "{\"tie_word_embeddings\": true, \"model_type\"");

        assertThat(ModelDirectory.open(directory).weights().tied()).isTrue();
    }

    @Test
    void refusesTensorsThatDoNotFit() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("llama");
        checkpoint.writeSafetensors(directory);
        replace("config.json", "\"intermediate_size\": 10", "\"intermediate_size\": 11");
        assertRefused(
                "model.safetensors: tensor model.layers.0.mlp.gate_proj.weight: shape: [10, 12]"
                        + " (expected: [11, 12])");

        replace("config.json", "\"intermediate_size\": 11", "\"intermediate_size\": 10");
        replace("config.json", "\"mlp_bias\": true", "\"mlp_bias\": false");
        assertRefused(
                "tensor model.layers.0.mlp.gate_proj.bias: present (expected: only tensors of a"
                        + " llama model of 2 layers");

        replace("config.json", "\"mlp_bias\": false", "\"mlp_bias\": true");
        replace("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
        assertRefused(
                "tensor model.layers.2.input_layernorm.weight: missing (expected: shape [12])");

        checkpoint.weights.put(
                WeightRole.FINAL_NORM,
                List.of(
                        new StoredTensor(
                                "model.norm.weight",
                                TensorType.I8,
                                new long[] {12},
                                new byte[12])));
        checkpoint.writeSafetensors(directory);
        assertRefused("tensor model.norm.weight: type: I8 (expected: one of F32,");
    }

    @Test
    void refusesATruncatedModel() throws IOException {
        new TestCheckpoint("llama").writeSafetensors(directory);
        Path file = directory.resolve("model.safetensors");
        try (RandomAccessFile shrinking = new RandomAccessFile(file.toFile(), "rw")) {
            shrinking.setLength(Files.size(file) - 1);
        }

        assertRefused("the file is truncated");
    }

    @Test
    void refusesGgufsItDoesNotUnderstand() throws IOException {
        TestCheckpoint checkpoint = new TestCheckpoint("llama");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        Path file = directory.resolve("tiny.gguf");

        new GgufWriter().text("general.architecture", "gpt2").write(file);
        assertRefused(
                "metadata general.architecture: gpt2"
                        + " (expected: a supported family: llama, qwen2, qwen3)");
        checkpoint.gguf().text("llama.rope.scaling.type", "yarn").write(file);
        assertRefused("metadata llama.rope.scaling.type: yarn (expected: none or linear)");
        checkpoint.gguf().integer("llama.expert_count", 8).write(file);
        assertRefused("metadata llama.expert_count: 8 (expected: 0: mixtures of experts");
        checkpoint.gguf().integer("split.count", 2).write(file);
        assertRefused("metadata split.count: 2 (expected: 1: join the parts");
        checkpoint.gguf().integer("llama.rope.dimension_count", 4).write(file);
        assertRefused("rotary dimensions: 4 (expected: 8, all of a head)");
        checkpoint.gguf().integer("llama.vocab_size", 21).write(file);
        assertRefused("tensor token_embd.weight: shape: [20, 12] (expected: [21, 12])");
    }

    @Test
    void saysWhatADirectoryLacks() throws IOException {
        assertRefused("model files: none (expected: model.safetensors,");
        new TestCheckpoint("llama").writeSafetensors(directory);
        Files.delete(directory.resolve("tokenizer.json"));
        assertRefused("tokenizer.json: missing (expected: the model's Hugging Face tokenizer");
        Files.delete(directory.resolve("config.json"));
        assertRefused("config.json: missing");
        Files.delete(directory.resolve("model.safetensors"));
        Files.write(directory.resolve("a.gguf"), new byte[0]);
        Files.write(directory.resolve("b.gguf"), new byte[0]);
        assertRefused("model files: 2 .gguf files (expected: model.safetensors,");
        assertThatThrownBy(() -> ModelDirectory.open(directory.resolve("absent")))
                .hasMessageContaining("absent: no such model (expected: a directory or a .gguf");
        assertThatThrownBy(() -> ModelDirectory.open(directory.resolve("tokenizer.json")))
                .isInstanceOf(ModelFormatException.class);
    }

    private void replace(String name, String from, String to) throws IOException {
        Path file = directory.resolve(name);
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
    }

    private static List<Weight> all(Weights weights) {
        List<Weight> all =
                new ArrayList<>(List.of(weights.embedding(), weights.finalNorm(), weights.head()));
        for (LayerWeights layer : weights.layers()) {
            Stream.of(
                            layer.inputNorm(),
                            layer.query(),
                            layer.key(),
                            layer.value(),
                            layer.output(),
                            layer.queryBias(),
                            layer.keyBias(),
                            layer.valueBias(),
                            layer.outputBias(),
                            layer.queryNorm(),
                            layer.keyNorm(),
                            layer.postAttentionNorm(),
                            layer.gate(),
                            layer.up(),
                            layer.down(),
                            layer.gateBias(),
                            layer.upBias(),
                            layer.downBias())
                    .filter(Objects::nonNull)
                    .forEach(all::add);
        }
        return all;
    }

    private static float[] floats(Weight weight) {
        float[] values = new float[(int) weight.elements()];
        weight.readFloats(FloatBuffer.wrap(values));
        return values;
    }
}
