package io.millrace.core.request;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway vouches for beside the bytes of a request that it took in: the client chose the
 * bytes, the gateway chose these. It stands in the headers of the record.
 *
 * @param id the client's id, already checked; answers a record that cannot be read
 * @param dialect name of the dialect that phrases the answer
 * @param batch the batch that it is part of; null for a single request
 * @param tenant the workspace of the client's key, whatever the request says
 * @param weight of the client's key, see {@link Service#weight}
 * @param deadlineMs epoch milliseconds when the batch expires, or {@link Service#NO_DEADLINE}
 * @param apiVersion the version of its API that the client asked for; null if that has none
 * @param refusal why the request must be answered with an error, for what the job cannot see
 *     itself; null for one that it shall read
 */
public record Submission(
        String id,
        String dialect,
        @Nullable String batch,
        String tenant,
        double weight,
        long deadlineMs,
        @Nullable String apiVersion,
        @Nullable String refusal) {}
