package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.request.Service;
import io.millrace.core.request.Submission;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway vouches for, as headers of the request's record; the record's key is the
 * client's id. Values are UTF-8. Stateless.
 */
public final class SubmissionHeaders {

    private SubmissionHeaders() {}

    /** Adds them. */
    public static void write(Submission submission, Headers headers) {
        put(headers, RecordHeaderNames.DIALECT, submission.dialect());
        put(headers, RecordHeaderNames.WORKSPACE, submission.tenant());
        put(headers, RecordHeaderNames.WEIGHT, Double.toString(submission.weight()));
        put(headers, RecordHeaderNames.BATCH, submission.batch());
        put(headers, RecordHeaderNames.API_VERSION, submission.apiVersion());
        put(headers, RecordHeaderNames.REFUSAL, submission.refusal());
        if (submission.deadlineMs() != Service.NO_DEADLINE) {
            put(headers, RecordHeaderNames.EXPIRES, Long.toString(submission.deadlineMs()));
        }
    }

    /**
     * Reads them; null for a record that the gateway did not write: one without key, dialect or
     * workspace.
     */
    public static @Nullable Submission read(byte @Nullable [] key, Headers headers) {
        String dialect = get(headers, RecordHeaderNames.DIALECT);
        String workspace = get(headers, RecordHeaderNames.WORKSPACE);
        if (key == null || dialect == null || workspace == null || workspace.isEmpty()) {
            return null;
        }
        return new Submission(
                new String(key, UTF_8),
                dialect,
                get(headers, RecordHeaderNames.BATCH),
                workspace,
                weight(get(headers, RecordHeaderNames.WEIGHT)),
                time(get(headers, RecordHeaderNames.EXPIRES)),
                get(headers, RecordHeaderNames.API_VERSION),
                get(headers, RecordHeaderNames.REFUSAL));
    }

    /**
     * One that is none is everybody's: an older gateway wrote none, and records may be anybody's.
     */
    private static double weight(@Nullable String text) {
        try {
            double weight = text == null ? 1 : Double.parseDouble(text);
            return Service.isWeight(weight) ? weight : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** A time that nobody can read is none: records may come from anybody. */
    private static long time(@Nullable String epochMs) {
        if (epochMs == null || !epochMs.matches("[0-9]{1,18}")) {
            return Service.NO_DEADLINE;
        }
        return Long.parseLong(epochMs);
    }

    private static void put(Headers headers, String name, @Nullable String value) {
        if (value != null) {
            RecordHeaderNames.with(headers, name, value);
        }
    }

    private static @Nullable String get(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
