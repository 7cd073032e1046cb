package io.millrace.gpu.predict;

import io.millrace.core.memory.BlockTable;
import io.millrace.core.schedule.Sequence;
import io.millrace.gpu.decode.Decoder;
import java.util.stream.IntStream;

/**
 * The vector of a request as a hidden-state predictor sees it, from states that the decoder has
 * left in the pool: the mean over the prompt, the mean over the answer so far, and the last token's
 * own. The last alone (ProD, 2604.07931) says much less, of prompts and even more of answers. For
 * the thread of the pool.
 */
final class StateVector {

    private static final int PARTS = 3;

    private final Pool pool;
    private final CommonPrefix common;
    private final boolean answers;

    /** What the decoder stored. */
    interface Pool {
        /** Of one token, [width]. */
        float[] stored(long slot);

        /** The mean of several, [width]. */
        float[] pooled(long[] slots);

        static Pool of(Decoder decoder) {
            return new Pool() {
                @Override
                public float[] stored(long slot) {
                    return decoder.stored(new long[] {slot});
                }

                @Override
                public float[] pooled(long[] slots) {
                    return decoder.pooled(slots);
                }
            };
        }
    }

    /**
     * Reads from a pool.
     *
     * @param answers whether the states of answers are read; if not, an answer is seen as it was
     *     when it began
     */
    StateVector(Pool pool, CommonPrefix common, boolean answers) {
        this.pool = pool;
        this.common = common;
        this.answers = answers;
    }

    /** How many values it has where a token's state has so many. */
    static int width(int hidden) {
        return PARTS * hidden;
    }

    /**
     * The vector.
     *
     * @param sequence whose prompt and answer are computed as far as said
     * @param prompt tokens of the prompt
     * @param answered tokens of the answer behind it that are computed
     */
    float[] of(Sequence sequence, int prompt, int answered) {
        int read = answers ? answered : 0;
        BlockTable blocks = sequence.blocks();
        float[] question =
                pool.pooled(slots(blocks, common.end(sequence.tokens(), prompt), prompt));
        float[] vector = new float[width(question.length)];
        System.arraycopy(question, 0, vector, 0, question.length);
        if (read > 0) {
            float[] answer = pool.pooled(slots(blocks, prompt, prompt + read));
            System.arraycopy(answer, 0, vector, question.length, answer.length);
        }
        float[] last = pool.stored(blocks.slot(prompt + read - 1));
        System.arraycopy(last, 0, vector, 2 * question.length, last.length);
        return vector;
    }

    private static long[] slots(BlockTable blocks, int from, int to) {
        return IntStream.range(from, to).mapToLong(blocks::slot).toArray();
    }
}
