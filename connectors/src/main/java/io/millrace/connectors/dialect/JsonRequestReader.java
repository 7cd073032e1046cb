package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.core.request.Submission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request per record, in whichever dialect its shape shows. Every record yields exactly
 * one outcome; nothing in a record makes it throw. Stateless.
 */
final class JsonRequestReader implements RequestReader {

    private static final long serialVersionUID = 1L;

    /** Of a client's id; longer ones cannot be echoed faithfully by everything downstream. */
    private static final int MAX_ID_CHARACTERS = 512;

    private static final int MAX_REASON_CHARACTERS = 200;

    private static final Pattern ADVICE =
            Pattern.compile(" for `ObjectNode`| \\(start marker|: enable `|, from `Stream");

    private static final int MAX_DEPTH = 64;

    /** Bounds the memory of the tree; a prompt of token ids has one token per id. */
    private static final int MAX_JSON_TOKENS = 2_000_000;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxTokenCount(MAX_JSON_TOKENS)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxNumberLength(100)
                                                    .maxNameLength(1000)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    private final DialectSettings settings;

    JsonRequestReader(DialectSettings settings) {
        this.settings = settings;
    }

    @Override
    public void read(InputRecord input, Consumer<Parsed> output) {
        output.accept(parse(input));
    }

    private Parsed parse(InputRecord input) {
        Submission submission = input.submission();
        if (submission != null && submission.refusal() != null) {
            return refused(input, submission, submission.refusal());
        }
        try {
            byte[] value = input.value();
            return value.length > settings.maxRecordBytes()
                    ? tooLarge(input)
                    : parse(input, RecordText.decode(value));
        } catch (RuntimeException e) {
            // Not known to happen. If it does, one record is lost for a person to look at, instead
            // of a job that restarts for ever.
            return unreadable(input, "record: not readable, internal error " + e);
        }
    }

    private Parsed parse(InputRecord input, RecordText record) {
        if (record.malformedAt() >= 0) {
            return unreadable(
                    input,
                    "record: byte 0x%02x at offset %d (expected: UTF-8)"
                            .formatted(input.value()[record.malformedAt()], record.malformedAt()));
        }
        try (JsonParser json = JSON.createParser(record.text())) {
            JsonNode root = JSON.readTree(json);
            if (!(root instanceof ObjectNode object)) {
                String found = root == null ? "empty" : Refusals.shown(root);
                return unreadable(input, "record: " + found + " (expected: a JSON object)");
            }
            if (json.nextToken() != null) {
                return unreadable(input, "record: text after the object (expected: one object)");
            }
            return parse(input, object, record.surrogateAt(), settings.sampling());
        } catch (StreamConstraintsException | MismatchedInputException e) {
            return invalid(
                    input, new StringReader(record.text()), FailureCode.INVALID_REQUEST, reason(e));
        } catch (JsonProcessingException e) {
            if (concernsSurrogate(e)) {
                return invalid(
                        input,
                        new StringReader(record.text()),
                        FailureCode.INVALID_TEXT,
                        reason(e) + " (expected: valid Unicode)");
            }
            return unreadable(input, reason(e) + " (expected: a JSON object)");
        } catch (IOException e) {
            throw new AssertionError("reading from memory", e);
        }
    }

    /** In names of fields the parser itself refuses them, in texts it does not. */
    private static boolean concernsSurrogate(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).contains("surrogate");
    }

    /** The parser's reason without its advice on how to configure it. */
    private static String reason(JsonProcessingException e) {
        String message = ADVICE.split(String.valueOf(e.getOriginalMessage()), 2)[0];
        return "record: %s at character %d"
                .formatted(
                        Refusals.shortened(message, MAX_REASON_CHARACTERS),
                        e.getLocation() == null ? 0 : e.getLocation().getCharOffset());
    }

    static Parsed parse(
            InputRecord input, ObjectNode object, int surrogateAt, SamplingDefaults sampling) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        Dialect dialect = Dialects.recognise(names);
        JsonNode idNode = object.path(dialect.idField());
        String id = idNode.isIntegralNumber() ? idNode.asText() : idNode.textValue();
        if (id == null || !isId(id)) {
            return unreadable(input, idRefusal(dialect, idNode));
        }
        String model = dialect.model(object);
        try {
            if (surrogateAt >= 0) {
                throw Refusals.refusal(
                        FailureCode.INVALID_TEXT,
                        "record",
                        "encoded surrogate at offset " + surrogateAt,
                        "valid UTF-8");
            }
            UnicodeFields.check(object);
            if (!idNode.isTextual()) {
                throw Refusals.invalid(dialect.idField(), idNode, "a string");
            }
            return new Valid(submitted(input, dialect.read(input, id, object, sampling)));
        } catch (InvalidRequestException e) {
            return new Invalid(
                    input.key(), id, dialect.name(), model, e.failure(), input.arrivalMs());
        }
    }

    private static InferenceRequest submitted(InputRecord input, InferenceRequest request) {
        Submission submission = input.submission();
        return submission == null ? request : request.submitted(submission);
    }

    private static String idRefusal(Dialect dialect, JsonNode id) {
        String field = dialect.idField();
        return id.isMissingNode()
                ? field + ": missing (expected: id, or custom_id beside params or body)"
                : "%s: %s (expected: a string of 1 to %d characters, all valid Unicode)"
                        .formatted(field, Refusals.shown(id), MAX_ID_CHARACTERS);
    }

    private Parsed tooLarge(InputRecord input) {
        return invalid(
                input,
                new InputStreamReader(
                        new ByteArrayInputStream(input.value()), StandardCharsets.UTF_8),
                FailureCode.REQUEST_TOO_LARGE,
                "record: %d bytes (expected: at most %d)"
                        .formatted(input.value().length, settings.maxRecordBytes()));
    }

    /** Refuses a record as a whole: with a result, if it can be found out for whom. */
    private static Parsed invalid(
            InputRecord input, Reader text, FailureCode code, String message) {
        RecordHead head = RecordHead.scan(text);
        return head.id() == null
                ? unreadable(input, message)
                : new Invalid(
                        input.key(),
                        head.id(),
                        head.dialect().name(),
                        null,
                        new Failure(code, message),
                        input.arrivalMs());
    }

    /** The gateway refused it already, for what cannot be seen here. */
    private static Parsed refused(InputRecord input, Submission submission, String reason) {
        return new Invalid(
                input.key(),
                submission.id(),
                submission.dialect(),
                null,
                new Failure(FailureCode.INVALID_REQUEST, reason),
                input.arrivalMs());
    }

    private static Parsed unreadable(InputRecord input, String message) {
        return new Unreadable(input, new Failure(FailureCode.UNREADABLE, message));
    }

    /** Whether it can be echoed. */
    static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID_CHARACTERS && UnicodeFields.isValid(id);
    }

    /** The model as far as results should name it: a valid short string. */
    static @Nullable String readableModel(JsonNode fields) {
        String model = fields.path("model").textValue();
        return model != null
                        && model.length() <= Fields.MAX_NAME_CHARACTERS
                        && UnicodeFields.isValid(model)
                ? model
                : null;
    }
}
