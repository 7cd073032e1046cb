package io.millrace.gpu.train;

import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Weights of heads that are to be trained further. What does not fit is refused with a {@link
 * io.millrace.gpu.model.ModelFormatException} that names file, tensor, what was found and what was
 * expected.
 */
final class GivenWeights {

    private final Checkpoint files;
    private final boolean shared;
    private final int vocabulary;

    private GivenWeights(Checkpoint files, boolean shared, int vocabulary) {
        this.files = files;
        this.shared = shared;
        this.vocabulary = vocabulary;
    }

    /** Opens heads in a published layout and checks that they are of the kind and the model. */
    static GivenWeights open(Path directory, HeadKind kind, ModelDirectory model) {
        boolean medusa = kind == HeadKind.MEDUSA;
        Checkpoint files =
                Checkpoint.open(
                        directory,
                        medusa
                                ? List.of("medusa_lm_head.safetensors", "model.safetensors")
                                : List.of("model.safetensors"));
        int vocabulary = model.config().vocabularySize();
        files.require("hidden_size", model.config().hiddenSize(), "as in " + model.name());
        files.require("vocab_size", vocabulary, "as in " + model.name());
        if (medusa) {
            files.require("medusa_num_layers", 1, "as train-heads makes them");
        }
        return new GivenWeights(files, medusa && files.flag("original_lm_head", false), vocabulary);
    }

    /**
     * First weights with the given values.
     *
     * @param first by name; a word that the given heads do not score keeps what it has here
     * @param words that are scored
     */
    List<NamedTensor> over(List<NamedTensor> first, int[] words) {
        return first.stream()
                .map(tensor -> shared && isHead(tensor.name()) ? tensor : over(tensor, words))
                .toList();
    }

    private static boolean isHead(String name) {
        return name.equals("lm_head.weight") || name.matches("\\d+\\.1\\.weight");
    }

    private NamedTensor over(NamedTensor tensor, int[] words) {
        if (isHead(tensor.name())) {
            return rows(tensor, words);
        }
        return new NamedTensor(
                tensor.name(), tensor.shape(), files.floats(tensor.name(), tensor.shape()));
    }

    private NamedTensor rows(NamedTensor own, int[] words) {
        long[] ids = ids();
        int columns = Math.toIntExact(own.shape()[1]);
        float[] given = files.floats(own.name(), ids.length, columns);
        Map<Long, Integer> places = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            places.put(ids[i], i);
        }
        float[] values = own.values().clone();
        for (int i = 0; i < words.length; i++) {
            Integer place = places.get((long) words[i]);
            if (place != null) {
                System.arraycopy(given, place * columns, values, i * columns, columns);
            }
        }
        return new NamedTensor(own.name(), own.shape(), values);
    }

    /** The words that the given heads score, in their order. */
    private long[] ids() {
        if (files.has("token_map")) {
            return files.tensorIntegers("token_map");
        }
        if (files.has("d2t")) {
            long[] ids = files.tensorIntegers("d2t");
            Arrays.setAll(ids, i -> ids[i] + i);
            return ids;
        }
        return LongStream.range(0, vocabulary).toArray();
    }
}
