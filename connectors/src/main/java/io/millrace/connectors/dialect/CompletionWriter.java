package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.request.Completion;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Phrases results, each in the dialect of its request; a dialect that is not written in JSON, such
 * as Arrow, gets the native form. The same completion always gives the same bytes. Stateless; never
 * fails for the content of a completion.
 */
public final class CompletionWriter implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final JsonFactory JSON = new JsonFactory();

    /** One JSON object as UTF-8, on one line, without the line feed. */
    public byte[] write(Completion completion) {
        // Over characters: the byte generator fails on half a surrogate pair, getBytes replaces it.
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            Dialects.phrasing(completion.dialect()).write(completion, json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
