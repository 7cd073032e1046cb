package io.millrace.core.request;

/**
 * One record as a connector read it: opaque bytes, a place and a time.
 *
 * @param key where it came from; unique in the job, stable when it is read again after a failure
 * @param value the bytes; treated as immutable
 * @param arrivalMs epoch milliseconds
 */
public record InputRecord(String key, byte[] value, long arrivalMs) {}
