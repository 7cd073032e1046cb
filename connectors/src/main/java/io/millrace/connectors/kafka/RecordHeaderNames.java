package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Names of the headers on the records that Millrace writes; their values are UTF-8. */
@PublicEvolving
public final class RecordHeaderNames {

    /** Place of the request, for example {@code millrace.requests-3@42}. */
    public static final String ORIGIN = "millrace-origin";

    /** Of a result: {@code succeeded}, {@code errored}, {@code canceled} or {@code expired}. */
    public static final String STATUS = "millrace-status";

    /** Why there is no answer: the failure code's wire name. */
    public static final String CODE = "millrace-code";

    /** Of a dead letter: the reason as a sentence. */
    public static final String MESSAGE = "millrace-message";

    /** Of a dead letter that was cut to fit its topic: how many bytes it had. */
    public static final String TRUNCATED_FROM = "millrace-truncated-from";

    private RecordHeaderNames() {}

    static RecordHeaders with(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
        return headers;
    }
}
