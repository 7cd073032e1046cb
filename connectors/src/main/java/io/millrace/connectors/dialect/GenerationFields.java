package io.millrace.connectors.dialect;

import static io.millrace.connectors.dialect.Refusals.invalid;
import static io.millrace.core.request.SamplingDefaults.orElse;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;

/** The fields of a generation that the dialects have in common, under the names they share. */
final class GenerationFields {

    private static final int MAX_STOP_CHARACTERS = 1024;

    private GenerationFields() {}

    /**
     * How tokens are drawn. Where randomness is asked for without a seed, the seed follows from the
     * record's key: reading the record again draws the same answer.
     *
     * @param usualTemperature the dialect's, where neither request nor defaults have one
     */
    static Sampling sampling(
            Fields fields, SamplingDefaults defaults, float usualTemperature, String key) {
        float temperature =
                fields.decimal("temperature", orElse(defaults.temperature(), usualTemperature));
        Long seed = fields.longInteger("seed");
        return new Sampling(
                fields.decimal("repetition_penalty", orElse(defaults.repetitionPenalty(), 1f)),
                temperature,
                topK(fields, defaults),
                fields.decimal("top_p", orElse(defaults.topP(), 1f)),
                fields.decimal("min_p", orElse(defaults.minP(), 0f)),
                seed != null ? seed : temperature == 0 ? 0 : RecordHash.of(key).seed());
    }

    /** vLLM writes -1 for "all". */
    private static int topK(Fields fields, SamplingDefaults defaults) {
        int topK = fields.integer("top_k", orElse(defaults.topK(), 0));
        return topK == -1 ? 0 : topK;
    }

    /**
     * When to stop.
     *
     * @param strings read from the dialect's own field
     * @param field that field
     */
    static StopRules stop(Fields fields, List<String> strings, String field) {
        for (String string : strings) {
            if (string.length() > MAX_STOP_CHARACTERS) {
                throw Refusals.refusal(
                        FailureCode.INVALID_REQUEST,
                        fields.path(field),
                        string.length() + " characters",
                        "at most " + MAX_STOP_CHARACTERS);
            }
        }
        return new StopRules(strings, fields.integers("stop_token_ids"), fields.flag("ignore_eos"));
    }

    /** {@code logprobs: true} with {@code top_logprobs: n}, as in OpenAI's chat completions. */
    static int topLogprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs");
        int alternatives = fields.integer("top_logprobs", 0);
        if (!wanted && alternatives != 0) {
            throw invalid(
                    fields.path("top_logprobs"),
                    fields.object().path("top_logprobs"),
                    "only beside logprobs: true");
        }
        return wanted ? requireAlternatives(fields, alternatives) : InferenceRequest.NO_LOGPROBS;
    }

    /** -1 means none at all inside Millrace and nothing to a client. */
    private static int requireAlternatives(Fields fields, int alternatives) {
        if (alternatives < 0) {
            throw invalid(
                    fields.path("top_logprobs"),
                    fields.object().path("top_logprobs"),
                    "0 to " + InferenceRequest.MAX_TOP_LOGPROBS);
        }
        return alternatives;
    }

    /**
     * Whom it belongs to and how urgent it is.
     *
     * @param priority as read from the dialect's own field, larger is more urgent
     */
    static Service service(Fields fields, int priority) {
        String tenant = fields.name("tenant");
        return new Service(
                tenant == null ? Service.DEFAULT.tenant() : tenant,
                priority,
                deadlineMs(fields),
                fields.name("session"),
                fields.name("adapter"));
    }

    /**
     * Whether tokens may be drafted for it: {@code speculation: "off"} asks for none. Answers are
     * the same; only a lossy acceptance, chosen for the whole job, makes a difference.
     */
    static boolean speculate(Fields fields) {
        String wanted = fields.name("speculation");
        if (wanted == null || wanted.equals("auto")) {
            return true;
        }
        if (wanted.equals("off")) {
            return false;
        }
        throw invalid(
                fields.path("speculation"),
                fields.object().path("speculation"),
                "auto, as the job is configured, or off");
    }

    private static long deadlineMs(Fields fields) {
        JsonNode deadline = fields.node("deadline");
        if (deadline == null) {
            return Service.NO_DEADLINE;
        }
        if (deadline.isIntegralNumber()
                && deadline.canConvertToLong()
                && deadline.longValue() > 0) {
            return deadline.longValue();
        }
        if (deadline.isTextual()) {
            try {
                return OffsetDateTime.parse(deadline.textValue()).toInstant().toEpochMilli();
            } catch (DateTimeException | ArithmeticException e) {
                // Falls through to the same refusal as every other value.
            }
        }
        throw invalid(
                fields.path("deadline"),
                deadline,
                "epoch milliseconds or a time such as 2026-01-31T12:00:00Z");
    }
}
