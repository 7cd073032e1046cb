package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.request.TokenLogprobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The two forms of log-probabilities in OpenAI's answers. */
final class OpenAiLogprobs {

    private OpenAiLogprobs() {}

    /** Chat completions: one object per token. */
    static void writeChat(List<TokenLogprobs> logprobs, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("content");
        for (TokenLogprobs token : logprobs) {
            json.writeStartObject();
            writeEntry(token.token(), json);
            json.writeArrayFieldStart("top_logprobs");
            for (TokenLogprobs.Entry alternative : token.alternatives()) {
                json.writeStartObject();
                writeEntry(alternative, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNullField("refusal");
        json.writeEndObject();
    }

    private static void writeEntry(TokenLogprobs.Entry entry, JsonGenerator json)
            throws IOException {
        json.writeStringField("token", entry.text());
        json.writeNumberField("logprob", Answers.finite(entry.logprob()));
        if (isPartial(entry.text())) {
            json.writeNullField("bytes");
            return;
        }
        json.writeArrayFieldStart("bytes");
        for (byte b : entry.text().getBytes(StandardCharsets.UTF_8)) {
            json.writeNumber(b & 0xff);
        }
        json.writeEndArray();
    }

    /** Half a character arrives as U+FFFD, and its bytes are not known here. */
    private static boolean isPartial(String text) {
        return text.indexOf('\uFFFD') >= 0;
    }

    /** Completions: one list per property. */
    static void writeCompletion(List<TokenLogprobs> logprobs, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("text_offset");
        int offset = 0;
        for (TokenLogprobs token : logprobs) {
            json.writeNumber(offset);
            offset += token.token().text().length();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tokens");
        for (TokenLogprobs token : logprobs) {
            json.writeString(token.token().text());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("token_logprobs");
        for (TokenLogprobs token : logprobs) {
            json.writeNumber(Answers.finite(token.token().logprob()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("top_logprobs");
        for (TokenLogprobs token : logprobs) {
            writeByText(token.alternatives(), json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Tokens of equal text, such as halves of characters, keep the best of them. */
    private static void writeByText(List<TokenLogprobs.Entry> alternatives, JsonGenerator json)
            throws IOException {
        Set<String> written = new HashSet<>();
        json.writeStartObject();
        for (TokenLogprobs.Entry alternative : alternatives) {
            if (written.add(alternative.text())) {
                json.writeNumberField(alternative.text(), Answers.finite(alternative.logprob()));
            }
        }
        json.writeEndObject();
    }
}
