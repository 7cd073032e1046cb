package io.millrace.gpu.engine;

import io.millrace.core.request.TokenLogprobs;
import io.millrace.gpu.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Gives sampled tokens the text that log-probabilities are reported with. */
record TokenNames(Tokenizer tokenizer) {

    TokenLogprobs logprobs(SampledToken sampled) {
        List<TokenLogprobs.Entry> best = new ArrayList<>(sampled.bestTokens().length);
        for (int i = 0; i < sampled.bestTokens().length; i++) {
            best.add(entry(sampled.bestTokens()[i], sampled.bestLogprobs()[i]));
        }
        return new TokenLogprobs(entry(sampled.token(), sampled.logprob()), best);
    }

    private TokenLogprobs.Entry entry(int token, float logprob) {
        return new TokenLogprobs.Entry(token, tokenizer.decodeToken(token), logprob);
    }
}
