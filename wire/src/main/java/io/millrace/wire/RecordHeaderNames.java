package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;

/** Names of the headers on the records that Millrace writes; their values are UTF-8. */
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

    /** Of a request from the gateway: name of the dialect of its answer. */
    public static final String DIALECT = "millrace-dialect";

    /** Of a request from the gateway: the workspace of the client's key. */
    public static final String WORKSPACE = "millrace-workspace";

    /** Of a request from the gateway: the weight of the client's key, a decimal number. */
    public static final String WEIGHT = "millrace-weight";

    /** Of a request in a batch, and of its result: the batch's id. */
    public static final String BATCH = "millrace-batch";

    /** Of a request in a batch: epoch milliseconds when it expires. */
    public static final String EXPIRES = "millrace-expires";

    /** Of a request from the gateway: the version of the API that its client speaks. */
    public static final String API_VERSION = "millrace-api-version";

    /** Of a request that the gateway refused: the reason as a sentence. */
    public static final String REFUSAL = "millrace-refusal";

    private RecordHeaderNames() {}

    /** Adds a header. */
    public static <H extends Headers> H with(H headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
        return headers;
    }
}
