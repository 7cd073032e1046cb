package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.request.Failure;
import java.io.IOException;

/** Parts of answers that the dialects have in common. */
final class Answers {

    /** What OpenAI's servers report for a token of probability zero: JSON has no infinity. */
    private static final float IMPROBABLE = -9999f;

    private Answers() {}

    /** The failure as an object of {@code code} and {@code message}. */
    static void writeError(Failure failure, JsonGenerator json) throws IOException {
        writeError(failure.code().wireName(), failure.message(), json);
    }

    static void writeError(String code, String message, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("code", code);
        json.writeStringField("message", message);
        json.writeEndObject();
    }

    static float finite(float logprob) {
        return Float.isFinite(logprob) ? logprob : IMPROBABLE;
    }
}
