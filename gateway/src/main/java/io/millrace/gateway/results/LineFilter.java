package io.millrace.gateway.results;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.gateway.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Of lines of OpenAI's format, those whose {@code error} is null or those where it is not: the
 * files of answers and of errors. Memory for the longest line.
 */
final class LineFilter implements ChunkSource {

    private static final int CHUNK_BYTES = 1 << 17;

    private final ChunkSource lines;
    private final boolean withError;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream chosen = new ByteArrayOutputStream();
    private boolean ended;

    LineFilter(ChunkSource lines, boolean withError) {
        this.lines = lines;
        this.withError = withError;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        while (!ended && chosen.size() < CHUNK_BYTES) {
            byte[] chunk = lines.next();
            if (chunk == null) {
                ended = true;
                endLine();
            } else {
                split(chunk);
            }
        }
        if (chosen.size() == 0) {
            return null;
        }
        byte[] bytes = chosen.toByteArray();
        chosen.reset();
        return bytes;
    }

    private void split(byte[] chunk) throws IOException {
        int start = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                line.write(chunk, start, i - start);
                endLine();
                start = i + 1;
            }
        }
        line.write(chunk, start, chunk.length - start);
    }

    private void endLine() throws IOException {
        if (line.size() > 0) {
            byte[] bytes = line.toByteArray();
            if (hasError(bytes) == withError) {
                chosen.write(bytes, 0, bytes.length);
                chosen.write('\n');
            }
            line.reset();
        }
    }

    private static boolean hasError(byte[] bytes) throws IOException {
        try (JsonParser json = Json.FACTORY.createParser(bytes)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean error = json.currentName().equals("error");
                JsonToken value = json.nextToken();
                if (error) {
                    return value != JsonToken.VALUE_NULL;
                }
                json.skipChildren();
            }
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
