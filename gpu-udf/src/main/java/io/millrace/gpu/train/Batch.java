package io.millrace.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Exchanges as the training programs take them, one after the other.
 *
 * @param tokens [tokens]
 * @param owners which exchange each belongs to
 * @param offsets its place there
 * @param features float32 [tokens, width], flat
 * @param rows positions whose next but one token is one of an answer
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, on its way to native memory.
record Batch(long[] tokens, long[] owners, long[] offsets, float[] features, long[] rows) {

    /**
     * Puts exchanges together.
     *
     * @param firstRows of each exchange's hidden states in the file
     */
    static Batch of(List<Exchange> exchanges, long[] firstRows, FeatureFile file) {
        int count = exchanges.stream().mapToInt(Exchange::length).sum();
        long[] tokens = new long[count];
        long[] owners = new long[count];
        long[] offsets = new long[count];
        float[] features = new float[count * file.width()];
        IntStream.Builder rows = IntStream.builder();
        int at = 0;
        for (int i = 0; i < exchanges.size(); i++) {
            Exchange exchange = exchanges.get(i);
            int[] own = exchange.tokens();
            file.read(firstRows[i], own.length, features, at * file.width());
            for (int j = 0; j < own.length; j++) {
                tokens[at + j] = own[j];
                owners[at + j] = i;
                offsets[at + j] = j;
                if (j + 2 < own.length && j + 2 >= exchange.prompt().length) {
                    rows.add(at + j);
                }
            }
            at += own.length;
        }
        return new Batch(tokens, owners, offsets, features, rows.build().asLongStream().toArray());
    }

    /** The program's {@code data}, named; the manager owns it. */
    NDList arrays(NDManager manager, String name) {
        int width = features.length / tokens.length;
        NDList list =
                new NDList(
                        manager.create(tokens),
                        manager.create(owners),
                        manager.create(offsets),
                        manager.create(features, new Shape(tokens.length, width)),
                        manager.create(rows));
        for (NDArray array : list) {
            array.setName(name);
        }
        return list;
    }
}
