package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Completion;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way of writing requests and their answers as JSON. Implementations are stateless and used by
 * many threads at once.
 */
interface Dialect {

    /** What requests and completions name it by; stable, since it is kept in state. */
    String name();

    /** Whether it phrases completions that carry this name. */
    default boolean phrases(String dialectName) {
        return name().equals(dialectName);
    }

    /** Whether an object with these fields is written in this dialect. */
    boolean recognises(Set<String> fieldNames);

    /** The top-level field that holds the client's id. */
    String idField();

    /** The model asked for, as far as it can be read. */
    @Nullable String model(ObjectNode object);

    /**
     * Reads a request.
     *
     * @param id the client's id: read, not empty, valid Unicode
     * @param object an object that {@link #recognises} accepted, without unpaired surrogates
     * @param sampling wins over the dialect's own defaults
     * @throws io.millrace.core.request.InvalidRequestException naming the field that is wrong
     */
    InferenceRequest read(
            InputRecord input, String id, ObjectNode object, SamplingDefaults sampling);

    /** Writes a result as one JSON object. */
    void write(Completion completion, JsonGenerator json) throws IOException;
}
