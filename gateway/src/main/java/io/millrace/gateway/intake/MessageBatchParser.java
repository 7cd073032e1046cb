package io.millrace.gateway.intake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code {"requests":[{"custom_id","params"}]}} as it arrives, entry by entry. Ids are
 * judged at once; what {@code params} says is the job's to judge, it only has to be JSON. Used by
 * one thread at a time; throws {@link ApiException} at the first thing that is wrong.
 */
public final class MessageBatchParser implements BodyConsumer {

    private final JsonParser json;
    private final ByteArrayFeeder feeder;
    private final MessageEntries entries;
    private final boolean strict;

    private Place place = Place.START;
    private boolean requestsSeen;
    private int skippedDepth;
    private long fedBytes;
    private @Nullable JsonToken previous;
    private @Nullable JsonCopier params;

    private enum Place {
        START,
        ROOT,
        REQUESTS_VALUE,
        REQUESTS,
        ENTRY,
        CUSTOM_ID,
        PARAMS,
        SKIPPED_IN_ROOT,
        SKIPPED_IN_ENTRY,
        END
    }

    /** How fields are treated that the API does not know. */
    public enum UnknownFields {
        REFUSED,
        IGNORED
    }

    /** Entries go into a spool. */
    public MessageBatchParser(MessageEntries entries, UnknownFields unknownFields)
            throws IOException {
        this.entries = entries;
        this.strict = unknownFields == UnknownFields.REFUSED;
        this.json = Json.FACTORY.createNonBlockingByteArrayParser();
        this.feeder = (ByteArrayFeeder) json.getNonBlockingInputFeeder();
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
        try {
            feeder.feedInput(bytes, offset, offset + length);
            fedBytes += length;
            drain();
        } catch (StreamConstraintsException e) {
            throw entries.beyondLimits(e);
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
    }

    @Override
    public void finish() throws IOException {
        try {
            feeder.endOfInput();
            drain();
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
        if (place != Place.END) {
            throw ApiException.invalid(
                    fedBytes == 0
                            ? "The request body is empty (expected: a JSON object)"
                            : "The request body is not valid JSON: it ends at byte %d"
                                    .formatted(fedBytes));
        }
        entries.finish();
    }

    private ApiException malformed(JsonProcessingException e) {
        long offset = e.getLocation() == null ? fedBytes : e.getLocation().getByteOffset();
        return Json.malformed(e, Math.min(Math.max(0, offset), fedBytes));
    }

    private void drain() throws IOException {
        JsonToken token = json.nextToken();
        while (token != null && token != JsonToken.NOT_AVAILABLE) {
            if (previous == JsonToken.FIELD_NAME && token == JsonToken.END_OBJECT) {
                // Jackson's non-blocking parser lets it pass where a piece ends after the colon.
                throw ApiException.invalid(
                        "The request body is not valid JSON: a field without a value");
            }
            previous = token;
            accept(token);
            token = json.nextToken();
        }
    }

    private void accept(JsonToken token) throws IOException {
        switch (place) {
            case START -> acceptStart(token);
            case ROOT -> acceptRoot(token);
            case REQUESTS_VALUE -> acceptRequestsValue(token);
            case REQUESTS -> acceptRequests(token);
            case ENTRY -> acceptEntryField(token);
            case CUSTOM_ID -> acceptCustomId(token);
            case PARAMS -> acceptParams(token);
            case SKIPPED_IN_ROOT -> skip(token, Place.ROOT);
            case SKIPPED_IN_ENTRY -> skip(token, Place.ENTRY);
            case END ->
                    throw ApiException.invalid(
                            "The request body is not valid JSON: text after the object");
        }
    }

    private void acceptStart(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            throw ApiException.invalid("The request body must be a JSON object");
        }
        place = Place.ROOT;
    }

    private void acceptRoot(JsonToken token) throws IOException {
        if (token == JsonToken.END_OBJECT) {
            if (!requestsSeen) {
                throw ApiException.invalid("requests: Field required");
            }
            place = Place.END;
        } else if (json.currentName().equals("requests")) {
            if (requestsSeen) {
                throw ApiException.invalid("requests: Field given twice");
            }
            requestsSeen = true;
            place = Place.REQUESTS_VALUE;
        } else if (strict) {
            throw MessageEntries.extra("", json.currentName());
        } else {
            place = Place.SKIPPED_IN_ROOT;
        }
    }

    private void acceptRequestsValue(JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            throw ApiException.invalid("requests: Input should be a valid list");
        }
        place = Place.REQUESTS;
    }

    private void acceptRequests(JsonToken token) {
        if (token == JsonToken.END_ARRAY) {
            place = Place.ROOT;
        } else {
            entries.start(token == JsonToken.START_OBJECT);
            place = Place.ENTRY;
        }
    }

    private void acceptEntryField(JsonToken token) throws IOException {
        if (token == JsonToken.END_OBJECT) {
            entries.end();
            place = Place.REQUESTS;
            return;
        }
        String name = json.currentName();
        if (name.equals("custom_id")) {
            place = Place.CUSTOM_ID;
        } else if (name.equals("params")) {
            params = entries.startParams();
            place = Place.PARAMS;
        } else if (strict) {
            throw MessageEntries.extra(entries.where("") + ".", name);
        } else {
            place = Place.SKIPPED_IN_ENTRY;
        }
    }

    private void acceptCustomId(JsonToken token) throws IOException {
        entries.customId(token == JsonToken.VALUE_STRING ? json.getText() : null);
        place = Place.ENTRY;
    }

    private void acceptParams(JsonToken token) throws IOException {
        if (params != null && params.accept(json, token)) {
            place = Place.ENTRY;
        }
    }

    private void skip(JsonToken token, Place next) {
        if (token.isStructStart()) {
            skippedDepth++;
        } else if (token.isStructEnd()) {
            skippedDepth--;
        }
        if (skippedDepth == 0 && token != JsonToken.FIELD_NAME) {
            place = next;
        }
    }
}
