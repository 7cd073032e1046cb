package io.millrace.gpu.predict;

/**
 * One place in an answer at which its rest is to be predicted.
 *
 * @param features what the network sees there; treated as immutable
 * @param generated tokens that there are
 * @param remaining tokens that came behind them, as far as they came
 * @param limit the most that could have come
 * @param cut whether more would have come
 */
record TrainingPoint(float[] features, int generated, int remaining, int limit, boolean cut) {

    static TrainingPoint of(LengthExample example, int generated, float[] features) {
        return new TrainingPoint(
                features,
                generated,
                example.length() - generated,
                example.limit() - generated,
                example.cut());
    }
}
