package io.millrace.gateway.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.gateway.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Copies one JSON value token by token, written anew without blanks, up to a number of bytes;
 * beyond them it only counts. Used by one thread.
 */
public final class JsonCopier {

    private final BoundedBuffer buffer;
    private final JsonGenerator json;
    private int depth;

    /** Of a value that is yet to come. */
    public JsonCopier(int maxBytes) throws IOException {
        buffer = new BoundedBuffer(maxBytes);
        json = Json.FACTORY.createGenerator(buffer);
        json.setCharacterEscapes(SurrogateEscapes.INSTANCE);
    }

    /** Takes the token at which a parser stands; true if the value is complete with it. */
    public boolean accept(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                depth++;
                json.writeStartObject();
            }
            case START_ARRAY -> {
                depth++;
                json.writeStartArray();
            }
            case END_OBJECT -> {
                depth--;
                json.writeEndObject();
            }
            case END_ARRAY -> {
                depth--;
                json.writeEndArray();
            }
            case FIELD_NAME -> json.writeFieldName(parser.currentName());
            case VALUE_STRING ->
                    json.writeString(
                            parser.getTextCharacters(),
                            parser.getTextOffset(),
                            parser.getTextLength());
            // As the client wrote it: through a double it could change.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.writeNumber(parser.getText());
            case VALUE_TRUE -> json.writeBoolean(true);
            case VALUE_FALSE -> json.writeBoolean(false);
            case VALUE_NULL -> json.writeNull();
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no token of JSON: " + token);
        }
        boolean complete = depth == 0 && token != JsonToken.FIELD_NAME;
        if (complete) {
            json.close();
        }
        return complete;
    }

    /** How many bytes the complete value has, kept or not. */
    public long bytes() {
        return buffer.count;
    }

    /** The complete value between others. */
    public byte[] between(byte[] head, byte[] foot) {
        byte[] all = new byte[head.length + buffer.kept + foot.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(buffer.bytes, 0, all, head.length, buffer.kept);
        System.arraycopy(foot, 0, all, head.length + buffer.kept, foot.length);
        return all;
    }

    private static final class BoundedBuffer extends OutputStream {
        private final int maxBytes;
        private byte[] bytes = new byte[1024];
        private int kept;
        private long count;

        BoundedBuffer(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            count += length;
            if (count > maxBytes) {
                kept = 0;
                bytes = new byte[0];
                return;
            }
            if (kept + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(kept + length, 2 * bytes.length));
            }
            System.arraycopy(data, offset, bytes, kept, length);
            kept += length;
        }
    }
}
