package io.millrace.gpu.engine;

import io.millrace.core.memory.Admission;
import io.millrace.core.memory.Admissions;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.predict.TailForesight;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.predict.PredictorSettings;
import io.millrace.gpu.program.WeightFormat;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything an engine can be told; validated here, so that an engine that starts has sound
 * settings.
 *
 * @param model path of a model directory or GGUF file
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param dtype weight format; null for the fastest on the device
 * @param threads libtorch's threads per operation; 0 for one per core
 * @param kvCacheBytes size of the KV pool; 0 for {@link KvBudget}'s choice
 * @param blockTokens tokens per KV block
 * @param maxSequences the most sequences that run at once
 * @param tokenBudget the most tokens per step
 * @param policy who starts next among the tasks that wait inside the engine, as {@link
 *     WaitingPolicies#named} understands it
 * @param admission how many share the pool, one of {@link Admissions#names()}
 * @param admissionReserve share of the pool that past-future leaves for wrong predictions
 * @param predictor a trained length predictor; null for none
 * @param speculation how tokens are drafted and verified
 */
public record EngineSettings(
        String model,
        String device,
        @Nullable WeightFormat dtype,
        int threads,
        long kvCacheBytes,
        int blockTokens,
        int maxSequences,
        int tokenBudget,
        String policy,
        String admission,
        double admissionReserve,
        @Nullable PredictorSettings predictor,
        SpeculationSettings speculation)
        implements Serializable {

    /** Tokens between two predictions of an answer: the iteration of ELIS. */
    private static final int REPREDICT_TOKENS = 50;

    public EngineSettings {
        check(
                device.matches("auto|cpu|cuda(:\\d+)?"),
                "engine.device",
                device,
                "auto, cpu or cuda:N");
        check(threads >= 0, "engine.threads", threads, "0 for all cores, or more");
        check(kvCacheBytes >= 0, "engine.kv-cache.memory", kvCacheBytes, "0 (auto) or more");
        check(
                blockTokens >= 1 && blockTokens <= 256,
                "engine.kv-cache.block-size",
                blockTokens,
                "1 to 256 tokens");
        check(
                Admissions.names().contains(admission),
                "scheduling.admission",
                admission,
                "one of " + String.join(", ", Admissions.names()));
        check(
                admissionReserve >= 0 && admissionReserve <= 0.5,
                "scheduling.admission.reserve",
                admissionReserve,
                "0 to 0.5");
        checkPolicy(policy);
        check(maxSequences >= 1, "engine.max-sequences", maxSequences, "1 or more");
        check(
                tokenBudget >= maxSequences,
                "engine.token-budget",
                tokenBudget,
                "at least engine.max-sequences, " + maxSequences);
    }

    /** The chosen weight format, if one was chosen. */
    public Optional<WeightFormat> chosenDtype() {
        return Optional.ofNullable(dtype);
    }

    /** The trained length predictor, if there is one. */
    public Optional<PredictorSettings> chosenPredictor() {
        return Optional.ofNullable(predictor);
    }

    SchedulingSettings scheduling() {
        return SchedulingSettings.of(maxSequences, tokenBudget);
    }

    Admission admissionRule() {
        return Admissions.named(admission, admissionReserve);
    }

    /**
     * What predicts answer lengths anew while answers grow, where policy or admission ask for it
     * and there is no trained predictor.
     */
    Foresight foresight() {
        return admission.equals(Admissions.PAST_FUTURE_TAILS)
                        || WaitingPolicies.named(policy).repredicts()
                ? new TailForesight(HistogramSettings.DEFAULT, REPREDICT_TOKENS)
                : Foresight.NONE;
    }

    private static void checkPolicy(String policy) {
        try {
            WaitingPolicies.named(policy);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("scheduling." + e.getMessage(), e);
        }
    }

    private static void check(boolean valid, String key, Object value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + rule + ")");
        }
    }
}
