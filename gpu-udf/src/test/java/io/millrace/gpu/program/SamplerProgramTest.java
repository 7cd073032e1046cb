package io.millrace.gpu.program;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sampling program against a slow reference that works through one row at a time. */
class SamplerProgramTest {

    private static final int VOCABULARY = 50;

    private static PtNDManager manager;
    private static Program sampler;

    @BeforeAll
    static void load() {
        Program.prepareThread();
        manager = (PtNDManager) NDManager.newBaseManager("PyTorch");
        sampler = Program.load("Sampler", Map.of(), manager);
    }

    @AfterAll
    static void close() {
        sampler.close();
        manager.close();
    }

    @Test
    void filtersAndInvertsAsTheReference() {
        // 5 candidates force the look at the whole vocabulary where the nucleus is larger.
        for (int candidates : new int[] {5, 20, VOCABULARY}) {
            for (long seed = 0; seed < 40; seed++) {
                Rows rows = new Rows(new Random(seed), 7, candidates);
                assertThat(rows.drawFiltered(candidates))
                        .as("seed %d, %d candidates", seed, candidates)
                        .isEqualTo(rows.reference());
            }
        }
    }

    @Test
    void drawsWithoutFiltersAsTheReference() {
        for (long seed = 100; seed < 140; seed++) {
            Rows rows = new Rows(new Random(seed), 7, VOCABULARY);
            Arrays.fill(rows.topKs, VOCABULARY);
            Arrays.fill(rows.topPs, 1f);
            assertThat(rows.draw()).as("seed %d", seed).isEqualTo(rows.inVocabularyOrder());
        }
    }

    @Test
    void penalisesTokensThatWereSeen() {
        try (Values call = new Values()) {
            PtNDArray logits =
                    (PtNDArray) manager.create(new float[] {2, -2, 3, 4}, new Shape(2, 2));
            call.own(
                    sampler.run(
                            "penalise",
                            call.own(IValue.from(logits)),
                            longs(call, 0, 0, 1),
                            longs(call, 0, 1, 1),
                            floats(call, 2f, 2f, 4f)));
            assertThat(logits.toFloatArray()).containsExactly(1f, -4f, 3f, 1f);
        }
    }

    @Test
    void followsTheDistribution() {
        float[] logits = {0f, 1f, 2f, -1f};
        int draws = 20_000;
        Random random = new Random(3);
        double[] uniforms = random.doubles(draws).toArray();
        int[] counts = new int[logits.length];
        try (Values call = new Values()) {
            float[] repeated = new float[draws * logits.length];
            for (int i = 0; i < draws; i++) {
                System.arraycopy(logits, 0, repeated, i * logits.length, logits.length);
            }
            float[] ones = new float[draws];
            Arrays.fill(ones, 1f);
            IValue out =
                    call.own(
                            sampler.run(
                                    "draw",
                                    matrix(call, repeated, draws, logits.length),
                                    longs(call, IntStream.range(0, draws).asLongStream().toArray()),
                                    floats(call, ones),
                                    floats(call, new float[draws]),
                                    doubles(call, uniforms)));
            for (long token : out.toTensor(manager).toLongArray()) {
                counts[(int) token]++;
            }
        }
        double[] p = softmax(logits, 1);
        double chiSquare = 0;
        for (int i = 0; i < p.length; i++) {
            chiSquare += Math.pow(counts[i] - draws * p[i], 2) / (draws * p[i]);
        }
        // 3 degrees of freedom: exceeded once in a thousand seeds.
        assertThat(chiSquare).as("seed 3").isLessThan(16.27);
    }

    private static final class Rows {
        final int count;
        final float[] logits;
        final float[] temperatures;
        final long[] topKs;
        final float[] topPs;
        final float[] minPs;
        final double[] uniforms;

        Rows(Random random, int count, int mostTopK) {
            this.count = count;
            logits = new float[count * VOCABULARY];
            temperatures = new float[count];
            topKs = new long[count];
            topPs = new float[count];
            minPs = new float[count];
            uniforms = random.doubles(count).toArray();
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) random.nextGaussian() * 2;
            }
            for (int i = 0; i < count; i++) {
                temperatures[i] = 0.3f + random.nextFloat() * 2;
                topKs[i] = random.nextBoolean() ? VOCABULARY : 1 + random.nextInt(mostTopK);
                topPs[i] = random.nextBoolean() ? 1f : 0.05f + random.nextFloat() * 0.9f;
                minPs[i] = random.nextBoolean() ? 0f : random.nextFloat() * 0.2f;
            }
        }

        long[] drawFiltered(int candidates) {
            try (Values call = new Values()) {
                return call.own(
                                sampler.run(
                                        "draw_filtered",
                                        matrix(call, logits, count, VOCABULARY),
                                        longs(call, rowIds()),
                                        floats(call, temperatures),
                                        longs(call, topKs),
                                        floats(call, topPs),
                                        floats(call, minPs),
                                        doubles(call, uniforms),
                                        call.own(IValue.from((long) candidates))))
                        .toTensor(manager)
                        .toLongArray();
            }
        }

        long[] draw() {
            try (Values call = new Values()) {
                return call.own(
                                sampler.run(
                                        "draw",
                                        matrix(call, logits, count, VOCABULARY),
                                        longs(call, rowIds()),
                                        floats(call, temperatures),
                                        floats(call, minPs),
                                        doubles(call, uniforms)))
                        .toTensor(manager)
                        .toLongArray();
            }
        }

        private long[] rowIds() {
            return IntStream.range(0, count).asLongStream().toArray();
        }

        long[] reference() {
            return IntStream.range(0, count).mapToLong(row -> reference(row, true)).toArray();
        }

        long[] inVocabularyOrder() {
            return IntStream.range(0, count).mapToLong(row -> reference(row, false)).toArray();
        }

        private long reference(int row, boolean byProbability) {
            float[] of = Arrays.copyOfRange(logits, row * VOCABULARY, (row + 1) * VOCABULARY);
            double[] p = softmax(of, temperatures[row]);
            int[] order = IntStream.range(0, VOCABULARY).toArray();
            if (byProbability) {
                order =
                        IntStream.of(order)
                                .boxed()
                                .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
                                .mapToInt(i -> i)
                                .toArray();
            }
            double best = Arrays.stream(p).max().orElseThrow();
            double inK = Arrays.stream(order).limit(topKs[row]).mapToDouble(i -> p[i]).sum();
            double[] kept = new double[VOCABULARY];
            double before = 0;
            for (int rank = 0; rank < VOCABULARY; rank++) {
                double mass = p[order[rank]];
                boolean in = rank < topKs[row] && before < topPs[row] * inK;
                kept[rank] = in && mass >= minPs[row] * best ? mass : 0;
                before += mass;
            }
            double target = uniforms[row] * Arrays.stream(kept).sum();
            double cumulated = 0;
            for (int rank = 0; rank < VOCABULARY; rank++) {
                cumulated += kept[rank];
                if (cumulated > target) {
                    return order[rank];
                }
            }
            throw new AssertionError("row " + row);
        }
    }

    private static double[] softmax(float[] logits, float temperature) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i] / temperature);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static IValue matrix(Values call, float[] values, int rows, int columns) {
        return call.own(IValue.from((PtNDArray) manager.create(values, new Shape(rows, columns))));
    }

    private static IValue longs(Values call, long... values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }

    private static IValue floats(Values call, float... values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }

    private static IValue doubles(Values call, double... values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }
}
