package io.millrace.core.request;

/**
 * A record that could not be read, kept as it came.
 *
 * @param key where it came from
 * @param value the original bytes
 */
public record DeadLetter(String key, byte[] value, Failure failure, long arrivalMs) {}
