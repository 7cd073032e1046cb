package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

/**
 * How the next token is drawn from the model's distribution. The filters apply in the order of the
 * components: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param temperature 0 is greedy: the token with the largest logit, ties to the smaller id
 * @param topK keep the k most probable tokens; 0 keeps all
 * @param topP keep the smallest set of most probable tokens whose probability reaches p, in (0, 1]
 * @param minP drop tokens less probable than p times the most probable one, in [0, 1)
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already in
 *     prompt or answer; 1 is none (Keskar et al. 2019)
 * @param seed with the position of a token the only source of randomness, so that a generation that
 *     was interrupted draws the same numbers again
 */
public record Sampling(
        float repetitionPenalty, float temperature, int topK, float topP, float minP, long seed) {

    /** Greedy decoding. */
    public static final Sampling GREEDY = new Sampling(1f, 0f, 0, 1f, 0f, 0L);

    public Sampling {
        check(
                repetitionPenalty > 0 && repetitionPenalty <= 10,
                "repetition_penalty",
                repetitionPenalty,
                "above 0, at most 10");
        check(temperature >= 0 && temperature <= 10, "temperature", temperature, "0 to 10");
        check(topK >= 0, "top_k", topK, "0 (off) or more");
        check(topP > 0 && topP <= 1, "top_p", topP, "above 0, at most 1");
        check(minP >= 0 && minP < 1, "min_p", minP, "0 to 1, 1 excluded");
    }

    /** Whether the most probable token is always taken. */
    public boolean isGreedy() {
        return temperature == 0;
    }
}
