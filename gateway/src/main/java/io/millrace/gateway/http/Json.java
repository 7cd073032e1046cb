package io.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** JSON of bodies, in and out. Stateless. */
public final class Json {

    private static final int MAX_REASON_CHARACTERS = 200;

    private static final int MAX_DEPTH = 500;

    /** The parser's advice to programmers, which is none to a client. */
    private static final Pattern ADVICE =
            Pattern.compile(" \\(start marker|: enable `|, from `Stream| \\(`Stream| at \\[Source");

    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(1 << 23)
                    .maxNumberLength(1000)
                    .maxNameLength(50_000)
                    .build();

    /** Parsers of clients' bytes: bounded in depth and in the length of a text. */
    public static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(CONSTRAINTS)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    // Names are the client's: they must not fill a table that outlives the call.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    /** Reads and writes trees. */
    public static final JsonMapper MAPPER =
            JsonMapper.builder(FACTORY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    private Json() {}

    /** A body that must be one object. */
    public static ObjectNode object(byte[] body) {
        try {
            JsonNode root = MAPPER.readTree(body);
            if (root instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw malformed(e, -1);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
        throw ApiException.invalid("The request body must be a JSON object");
    }

    /**
     * A body that is no JSON.
     *
     * @param offset of the byte where it goes wrong; -1 to take the parser's word
     */
    public static ApiException malformed(JsonProcessingException e, long offset) {
        String reason = ADVICE.split(String.valueOf(e.getOriginalMessage()), 2)[0];
        String line = reason.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        String shown =
                line.length() <= MAX_REASON_CHARACTERS
                        ? line
                        : line.substring(0, MAX_REASON_CHARACTERS) + "...";
        long at =
                offset >= 0
                        ? offset
                        : e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
        return ApiException.invalid(
                "The request body is not valid JSON: %s at byte %d".formatted(shown, at));
    }

    /** An answer of status 200. */
    public static HttpResponse ok(JsonNode body) {
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON, HttpData.wrap(bytes(body)));
    }

    /** One line. */
    public static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree that cannot be written", e);
        }
    }
}
