package io.millrace.core.speculate;

import java.util.Arrays;
import java.util.Random;

/**
 * A random language of four tokens, in which the next token depends on all before it, some being
 * impossible. A drafter is another language.
 */
record SmallLanguage(long seed) {

    static final int VOCABULARY = 4;

    double[] after(int... text) {
        Random random = new Random(seed * 31 + Arrays.hashCode(text));
        random.nextInt();
        double[] distribution = new double[VOCABULARY];
        double sum = 0;
        for (int i = 0; i < VOCABULARY; i++) {
            distribution[i] = random.nextInt(5) == 0 ? 0 : random.nextDouble();
            sum += distribution[i];
        }
        if (sum == 0) {
            distribution[0] = 1;
            return distribution;
        }
        for (int i = 0; i < VOCABULARY; i++) {
            distribution[i] /= sum;
        }
        return distribution;
    }

    /** Inverts the cumulative distribution; never a token of probability 0. */
    static int sample(double[] distribution, double random) {
        double left = random;
        int last = -1;
        for (int token = 0; token < distribution.length; token++) {
            if (distribution[token] > 0) {
                last = token;
                left -= distribution[token];
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }

    /** The probabilities of all texts of three tokens. */
    double[] ofThree() {
        double[] joint = new double[VOCABULARY * VOCABULARY * VOCABULARY];
        for (int i = 0; i < joint.length; i++) {
            int first = i / (VOCABULARY * VOCABULARY);
            int second = i / VOCABULARY % VOCABULARY;
            joint[i] = after()[first] * after(first)[second] * after(first, second)[i % VOCABULARY];
        }
        return joint;
    }

    /** The index in {@link #ofThree} of what starts so and goes on as this language does. */
    int complete(int[] start, Random random) {
        int[] text = start;
        while (text.length < 3) {
            int next = sample(after(text), random.nextDouble());
            text = Arrays.copyOf(text, text.length + 1);
            text[text.length - 1] = next;
        }
        return (text[0] * VOCABULARY + text[1]) * VOCABULARY + text[2];
    }
}
