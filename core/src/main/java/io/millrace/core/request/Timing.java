package io.millrace.core.request;

/**
 * When things happened to a request, epoch milliseconds; 0 where they did not.
 *
 * @param arrivalMs the record entered the job or its topic
 * @param startedMs the engine first worked on it
 * @param firstTokenMs its first token was known
 * @param finishedMs its result was known
 */
public record Timing(long arrivalMs, long startedMs, long firstTokenMs, long finishedMs) {}
