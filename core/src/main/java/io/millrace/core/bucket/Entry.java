package io.millrace.core.bucket;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;

/**
 * A request that waits.
 *
 * @param ticket its place in the order in which requests were added
 * @param dueAfter once so many requests have left it is overdue
 */
record Entry(QueuedRequest request, long ticket, long dueAfter) implements Candidate {

    /** Tokens of the KV cache that it is predicted to need, at most. */
    long kvTokens() {
        return promptLength() + (long) predictedRemaining();
    }

    @Override
    public long arrivalMs() {
        return request.request().arrivalMs();
    }

    @Override
    public int promptLength() {
        return request.promptTokens().length;
    }

    @Override
    public int generatedLength() {
        return 0;
    }

    @Override
    public int expectedRemaining() {
        return Math.min(request.maxTokens(), request.predicted().median());
    }

    @Override
    public int predictedRemaining() {
        return Math.min(request.maxTokens(), request.predicted().upper());
    }

    @Override
    public int maxRemaining() {
        return request.maxTokens();
    }

    @Override
    public Service service() {
        return request.request().service();
    }
}
