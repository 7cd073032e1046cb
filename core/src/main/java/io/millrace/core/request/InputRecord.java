package io.millrace.core.request;

import org.jspecify.annotations.Nullable;

/**
 * One record as a connector read it: opaque bytes, a place and a time.
 *
 * @param key where it came from; unique in the job, stable when it is read again after a failure
 * @param value the bytes; treated as immutable
 * @param arrivalMs epoch milliseconds
 * @param submission what the gateway says of it; null for a record that others wrote
 */
public record InputRecord(
        String key, byte[] value, long arrivalMs, @Nullable Submission submission) {

    /** A record that did not come through the gateway. */
    public InputRecord(String key, byte[] value, long arrivalMs) {
        this(key, value, arrivalMs, null);
    }
}
