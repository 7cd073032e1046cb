package io.millrace.operators.admit;

import io.millrace.core.request.Completion;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QueuedRequest;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What a subtask of admission shows. Task thread only. */
@PublicEvolving
public final class AdmitMetrics {

    /** Requests that went on. */
    public static final String REQUESTS_ADMITTED = "requestsAdmitted";

    /** Prompt tokens of requests that went on. */
    public static final String PROMPT_TOKENS = "promptTokens";

    /** Requests that were answered with an error; in the group {@link #CODE} also by code. */
    public static final String REQUESTS_REJECTED = "requestsRejected";

    /** Records that could not be read. */
    public static final String DEAD_LETTERS = "deadLetters";

    /** Label: the failure's code as it leaves the process. */
    public static final String CODE = "code";

    private final MetricGroup group;
    private final Counter admitted;
    private final Counter promptTokens;
    private final Counter rejected;
    private final Counter deadLetters;
    private final Map<FailureCode, Counter> rejectedByCode = new EnumMap<>(FailureCode.class);

    AdmitMetrics(MetricGroup group) {
        this.group = group;
        this.admitted = group.counter(REQUESTS_ADMITTED);
        this.promptTokens = group.counter(PROMPT_TOKENS);
        this.rejected = group.counter(REQUESTS_REJECTED);
        this.deadLetters = group.counter(DEAD_LETTERS);
    }

    void admitted(QueuedRequest request) {
        admitted.inc();
        promptTokens.inc(request.promptTokens().length);
    }

    void rejected(Completion completion) {
        rejected.inc();
        if (completion.outcome() instanceof Completion.Failed failed) {
            rejectedByCode
                    .computeIfAbsent(
                            failed.failure().code(),
                            code ->
                                    group.addGroup(CODE, code.wireName())
                                            .counter(REQUESTS_REJECTED))
                    .inc();
        }
    }

    void deadLetter() {
        deadLetters.inc();
    }
}
