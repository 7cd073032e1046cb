package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.millrace.gateway.http.ApiException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a message batch as the parser finds them: judged by the rules for the whole batch,
 * then spooled. Used by one thread at a time.
 */
public final class MessageEntries {

    /** The dialect that reads and answers them. */
    public static final String DIALECT = "anthropic";

    private static final int MAX_ID_CHARACTERS = 64;
    private static final int MAX_NAME_CHARACTERS = 100;
    private static final String ID_PATTERN = "^[a-zA-Z0-9_-]{1,64}$";
    private static final Pattern ID = Pattern.compile(ID_PATTERN);
    private static final byte[] FOOT = {'}'};

    private final EntrySpool spool;
    private final int maxEntries;
    private final int maxEntryBytes;
    private final Map<String, Integer> indexById = new HashMap<>();

    private int index = -1;
    private @Nullable String id;
    private @Nullable JsonCopier params;

    /**
     * @param maxEntryBytes of one that is passed on; a longer one is refused in its result
     */
    public MessageEntries(EntrySpool spool, int maxEntries, int maxEntryBytes) {
        this.spool = spool;
        this.maxEntries = maxEntries;
        this.maxEntryBytes = maxEntryBytes;
    }

    void start(boolean object) {
        index++;
        id = null;
        params = null;
        if (index >= maxEntries) {
            throw ApiException.invalid(
                    "requests: List should have at most %d items after validation"
                            .formatted(maxEntries));
        }
        if (!object) {
            throw ApiException.invalid(where("") + ": Input should be a valid dictionary");
        }
    }

    void customId(@Nullable String text) {
        String where = where("custom_id");
        if (id != null) {
            throw ApiException.invalid(where + ": Field given twice");
        }
        if (text == null) {
            throw ApiException.invalid(where + ": Input should be a valid string");
        }
        if (text.length() > MAX_ID_CHARACTERS) {
            throw ApiException.invalid(
                    where
                            + ": String should have at most %d characters"
                                    .formatted(MAX_ID_CHARACTERS));
        }
        if (!ID.matcher(text).matches()) {
            throw ApiException.invalid(
                    where + ": String should match pattern '%s'".formatted(ID_PATTERN));
        }
        Integer first = indexById.putIfAbsent(text, index);
        if (first != null) {
            throw ApiException.invalid(
                    "%s: Value '%s' is not unique, requests.%d has it too"
                            .formatted(where, text, first));
        }
        id = text;
    }

    JsonCopier startParams() throws IOException {
        if (params != null) {
            throw ApiException.invalid(where("params") + ": Field given twice");
        }
        params = new JsonCopier(maxEntryBytes);
        return params;
    }

    void end() throws IOException {
        if (id == null) {
            throw ApiException.invalid(where("custom_id") + ": Field required");
        }
        if (params == null) {
            throw ApiException.invalid(where("params") + ": Field required");
        }
        byte[] head = "{\"custom_id\":\"%s\",\"params\":".formatted(id).getBytes(UTF_8);
        long bytes = head.length + params.bytes() + FOOT.length;
        if (bytes > maxEntryBytes) {
            String refusal =
                    "request: %d bytes (expected: at most %d)".formatted(bytes, maxEntryBytes);
            byte[] idOnly = "{\"custom_id\":\"%s\"}".formatted(id).getBytes(UTF_8);
            spool.add(new EntrySpool.Entry(id, DIALECT, idOnly, refusal));
        } else {
            spool.add(new EntrySpool.Entry(id, DIALECT, params.between(head, FOOT), null));
        }
    }

    void finish() {
        if (index < 0) {
            throw ApiException.invalid(
                    "requests: List should have at least 1 item after validation, not 0");
        }
    }

    /** JSON, but deeper or with a longer text than is worth reading. */
    ApiException beyondLimits(StreamConstraintsException e) {
        String reason = String.valueOf(e.getOriginalMessage()).replaceAll(" \\(.*|`", "");
        return ApiException.invalid(
                "%s: %s".formatted(index < 0 ? "requests" : where("params"), reason));
    }

    String where(String field) {
        return field.isEmpty() ? "requests." + index : "requests.%d.%s".formatted(index, field);
    }

    static ApiException extra(String prefix, String name) {
        String shown =
                name.length() > MAX_NAME_CHARACTERS
                        ? name.substring(0, MAX_NAME_CHARACTERS) + "..."
                        : name;
        return ApiException.invalid(
                prefix
                        + shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?")
                        + ": Extra inputs are not permitted");
    }
}
