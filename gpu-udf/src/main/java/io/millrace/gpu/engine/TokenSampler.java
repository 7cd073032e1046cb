package io.millrace.gpu.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TypicalAcceptance;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws the next token of every sequence of a step from the step's logits, inside a program; only
 * token ids and the log-probabilities that were asked for come out. Used by one thread.
 */
final class TokenSampler implements AutoCloseable {

    // A nucleus seldom holds more; where it does, the program looks at the whole vocabulary.
    private static final int CANDIDATES = 1024;

    private final PtNDManager manager;
    private final Program program;
    private final int vocabularySize;
    private final @Nullable TypicalAcceptance typical;

    /**
     * Loads its program.
     *
     * @param typical keeps plausible drafted tokens of sampled answers in place of what is drawn;
     *     null for lossless verification
     */
    TokenSampler(PtNDManager parent, int vocabularySize, @Nullable TypicalAcceptance typical) {
        this.manager = (PtNDManager) parent.newSubManager();
        this.program = Program.load("Sampler", Map.of(), manager);
        this.vocabularySize = vocabularySize;
        this.typical = typical;
    }

    /**
     * Tokens in the order of the draws, with log-probabilities where they were asked for. Every
     * draw has its own random number, which depends on nothing but request and place: a token
     * behind a draft that is accepted is the very one that would have come without a draft.
     *
     * @param logits float32 [draws, vocabulary]; changed in place
     */
    List<SampledToken> sample(IValue logits, List<Draw> draws) {
        try (PtNDManager step = (PtNDManager) manager.newSubManager();
                Values call = new Values()) {
            Call in = new Call(logits, draws, step, call);
            long[] tokens = new long[draws.size()];
            // Before the penalties, which change the logits in place.
            int[] asking =
                    in.rows(d -> d.generation().topLogprobs() != InferenceRequest.NO_LOGPROBS);
            IValue untouched = asking.length == 0 ? logits : in.copyOfLogits();
            penalise(in);
            draw(in, tokens, d -> d.sampling().isGreedy(), this::greedy);
            draw(in, tokens, d -> isPlain(d.sampling()), this::plain);
            draw(in, tokens, d -> isFiltered(d.sampling()), this::filtered);
            if (typical != null) {
                keepTypical(in, tokens, typical);
            }
            List<SampledToken> result = new ArrayList<>(tokens.length);
            for (long token : tokens) {
                result.add(SampledToken.bare((int) token));
            }
            if (asking.length > 0) {
                addLogprobs(in, untouched, asking, result);
            }
            return result;
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }

    private boolean isPlain(Sampling sampling) {
        return !sampling.isGreedy() && !isFiltered(sampling);
    }

    private boolean isFiltered(Sampling sampling) {
        boolean topK = sampling.topK() > 0 && sampling.topK() < vocabularySize;
        return !sampling.isGreedy() && (topK || sampling.topP() < 1);
    }

    private interface Method {
        IValue draw(Call in, int[] rows);
    }

    private static void draw(Call in, long[] tokens, Predicate<Draw> which, Method method) {
        int[] rows = in.rows(which);
        if (rows.length == 0) {
            return;
        }
        long[] drawn = in.call.own(method.draw(in, rows)).toTensor(in.step).toLongArray();
        for (int i = 0; i < rows.length; i++) {
            tokens[rows[i]] = drawn[i];
        }
    }

    /** Puts the tokens of typical paths in the place of those that were drawn before them. */
    private void keepTypical(Call in, long[] tokens, TypicalAcceptance rule) {
        int[] rows = in.rows(d -> !d.draft().isEmpty() && !d.sampling().isGreedy());
        if (rows.length == 0) {
            return;
        }
        // A draft's draws lie side by side, the root's first.
        int[] drafted =
                IntStream.range(0, rows.length).filter(i -> node(in, rows[i]) > 0).toArray();
        long[] places = new long[drafted.length];
        long[] words = new long[drafted.length];
        for (int i = 0; i < drafted.length; i++) {
            Draw draw = in.draws.get(rows[drafted[i]]);
            places[i] = drafted[i] - draw.node() + (long) draw.draft().parent(draw.node());
            words[i] = draw.draft().token(draw.node());
        }
        double[] values =
                in.call
                        .own(
                                program.run(
                                        "plausibility",
                                        in.logits,
                                        in.ids(rows),
                                        in.floats(rows, Sampling::temperature),
                                        in.longs(places),
                                        in.longs(words)))
                        .toTensor(in.step)
                        .toDoubleArray();
        double[] probabilities = new double[rows.length];
        for (int i = 0; i < drafted.length; i++) {
            probabilities[drafted[i]] = values[rows.length + i];
        }
        for (int root = 0; root < rows.length; root++) {
            if (node(in, rows[root]) == 0) {
                TokenTree draft = in.draws.get(rows[root]).draft();
                int end = root + draft.size() + 1;
                int last =
                        rule.verify(
                                draft,
                                Arrays.copyOfRange(probabilities, root, end),
                                Arrays.copyOfRange(values, root, end));
                for (int node = last; node > 0; node = draft.parent(node)) {
                    tokens[rows[root] + draft.parent(node)] = draft.token(node);
                }
            }
        }
    }

    private static int node(Call in, int row) {
        return in.draws.get(row).node();
    }

    private IValue greedy(Call in, int[] rows) {
        return program.run("greedy", in.logits, in.ids(rows));
    }

    private IValue plain(Call in, int[] rows) {
        return program.run(
                "draw",
                in.logits,
                in.ids(rows),
                in.floats(rows, Sampling::temperature),
                in.floats(rows, Sampling::minP),
                in.uniforms(rows));
    }

    private IValue filtered(Call in, int[] rows) {
        long[] topKs = new long[rows.length];
        int candidates = Math.min(CANDIDATES, vocabularySize);
        for (int i = 0; i < rows.length; i++) {
            int topK = in.draws.get(rows[i]).sampling().topK();
            topKs[i] = topK == 0 ? vocabularySize : Math.min(topK, vocabularySize);
            if (topK > 0) {
                candidates = Math.max(candidates, (int) topKs[i]);
            }
        }
        return program.run(
                "draw_filtered",
                in.logits,
                in.ids(rows),
                in.floats(rows, Sampling::temperature),
                in.longs(topKs),
                in.floats(rows, Sampling::topP),
                in.floats(rows, Sampling::minP),
                in.uniforms(rows),
                in.call.own(IValue.from((long) candidates)));
    }

    private void penalise(Call in) {
        int[] rows = in.rows(d -> d.sampling().repetitionPenalty() != 1);
        int[][] seen =
                IntStream.of(rows).mapToObj(r -> in.draws.get(r).seen()).toArray(int[][]::new);
        int pairs = IntStream.range(0, rows.length).map(i -> seen[i].length).sum();
        if (pairs == 0) {
            return;
        }
        long[] seenRows = new long[pairs];
        long[] seenTokens = new long[pairs];
        float[] penalties = new float[pairs];
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int token : seen[i]) {
                seenRows[at] = rows[i];
                seenTokens[at] = token;
                penalties[at++] = in.draws.get(rows[i]).sampling().repetitionPenalty();
            }
        }
        IValue factors = in.call.own(IValue.from((PtNDArray) in.step.create(penalties)));
        in.call.own(
                program.run(
                        "penalise", in.logits, in.longs(seenRows), in.longs(seenTokens), factors));
    }

    private void addLogprobs(Call in, IValue logits, int[] rows, List<SampledToken> result) {
        int best =
                IntStream.of(rows)
                        .map(row -> in.draws.get(row).generation().topLogprobs())
                        .map(count -> Math.min(Math.max(count, 1), vocabularySize))
                        .max()
                        .orElse(1);
        long[] chosen = IntStream.of(rows).mapToLong(row -> result.get(row).token()).toArray();
        IValue out =
                in.call.own(
                        program.run(
                                "logprobs",
                                logits,
                                in.ids(rows),
                                in.longs(chosen),
                                in.call.own(IValue.from((long) best))));
        double[] values = out.toTensor(in.step).toDoubleArray();
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            int count = Math.min(in.draws.get(row).generation().topLogprobs(), best);
            int from = i * (1 + 2 * best);
            int[] ids = new int[count];
            float[] logprobs = new float[count];
            for (int j = 0; j < count; j++) {
                logprobs[j] = (float) values[from + 1 + j];
                ids[j] = (int) values[from + 1 + best + j];
            }
            int token = result.get(row).token();
            result.set(row, new SampledToken(token, (float) values[from], ids, logprobs));
        }
    }

    /** Arguments of one step's calls. */
    private record Call(IValue logits, List<Draw> draws, PtNDManager step, Values call) {

        private interface FloatOf {
            float of(Sampling sampling);
        }

        int[] rows(Predicate<Draw> which) {
            return IntStream.range(0, draws.size()).filter(i -> which.test(draws.get(i))).toArray();
        }

        IValue copyOfLogits() {
            return call.own(IValue.from((PtNDArray) logits.toTensor(step).duplicate()));
        }

        IValue ids(int[] rows) {
            return longs(IntStream.of(rows).asLongStream().toArray());
        }

        IValue longs(long[] values) {
            return call.own(IValue.from((PtNDArray) step.create(values)));
        }

        IValue floats(int[] rows, FloatOf field) {
            float[] values = new float[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = field.of(draws.get(rows[i]).sampling());
            }
            return call.own(IValue.from((PtNDArray) step.create(values)));
        }

        IValue uniforms(int[] rows) {
            double[] values = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                Draw draw = draws.get(rows[i]);
                values[i] = UniformDraws.at(draw.sampling().seed(), draw.place());
            }
            return call.own(IValue.from((PtNDArray) step.create(values)));
        }
    }
}
