package io.millrace.core.ledger;

import java.util.Map;

/**
 * What is fixed about a batch when it is created. Immutable.
 *
 * @param id unique for ever
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

    public BatchManifest {
        attributes = Map.copyOf(attributes);
        if (requests < 1) {
            throw new IllegalArgumentException(
                    "requests of %s: %d (expected: at least 1)".formatted(id, requests));
        }
    }
}
