package io.millrace.job.topology;

/** How a file of results is written. */
public enum ResultFormat {
    /** One JSON object per line, each in the dialect of its request. */
    JSONL,
    /** An Arrow IPC stream. */
    ARROW
}
