package io.millrace.core.request;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn where a request does not say, as the makers of a model recommend it. Null
 * where they recommend nothing: then the dialect of the request decides. Components as in {@link
 * Sampling}, and with its limits: what no request could ask for is an {@link
 * InvalidRequestException}.
 */
public record SamplingDefaults(
        @Nullable Float repetitionPenalty,
        @Nullable Float temperature,
        @Nullable Integer topK,
        @Nullable Float topP,
        @Nullable Float minP)
        implements Serializable {

    /** No recommendation. */
    public static final SamplingDefaults NONE = new SamplingDefaults(null, null, null, null, null);

    public SamplingDefaults {
        Sampling plain = Sampling.GREEDY;
        new Sampling(
                orElse(repetitionPenalty, plain.repetitionPenalty()),
                orElse(temperature, plain.temperature()),
                orElse(topK, plain.topK()),
                orElse(topP, plain.topP()),
                orElse(minP, plain.minP()),
                plain.seed());
    }

    /** A component, or what holds without one. */
    public static <T> T orElse(@Nullable T component, T absent) {
        return component == null ? absent : component;
    }
}
