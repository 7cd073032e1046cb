package io.millrace.core.ledger;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is fixed about a batch when it is created. Immutable.
 *
 * @param id unique for ever, see {@link #isId}
 * @param workspace who may see it
 * @param dialect name of the dialect of its results
 * @param requests how many results it will have, at least 1
 * @param createdMs epoch milliseconds
 * @param expiresMs epoch milliseconds at which requests without a result expire
 * @param archivedMs epoch milliseconds at which its results are removed
 * @param attributes what the gateway wants to find again; the job only passes them on
 */
public record BatchManifest(
        String id,
        String workspace,
        String dialect,
        long requests,
        long createdMs,
        long expiresMs,
        long archivedMs,
        Map<String, String> attributes) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    public BatchManifest {
        attributes = Map.copyOf(attributes);
        if (!isId(id)) {
            throw new IllegalArgumentException(
                    "id of a batch: %s (expected: 1 to 100 of A-Z a-z 0-9 _ -)".formatted(id));
        }
        if (requests < 1) {
            throw new IllegalArgumentException(
                    "requests of %s: %d (expected: at least 1)".formatted(id, requests));
        }
    }

    /**
     * Whether a text can be a batch's id: it names a folder, so it must not be able to leave it.
     */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }
}
