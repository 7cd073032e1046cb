package io.millrace.gateway.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets each key make so many calls a minute, with bursts of as many: a token bucket per key. Safe
 * for any thread.
 */
public final class RateLimiter {

    private static final double MS_PER_MINUTE = 60_000;

    private final InstantSource clock;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** Nobody has called yet. */
    public RateLimiter(InstantSource clock) {
        this.clock = clock;
    }

    /** Zero if the call may go on, else how long to wait for the next. */
    public Duration tryCall(ApiKey key) {
        int perMinute = key.limits().requestsPerMinute();
        return buckets.computeIfAbsent(
                        key.workspace() + "/" + key.name(), name -> new Bucket(perMinute))
                .tryTake(perMinute, clock.millis());
    }

    private static final class Bucket {
        private double calls;
        private long atMs = Long.MIN_VALUE;

        Bucket(double calls) {
            this.calls = calls;
        }

        synchronized Duration tryTake(int perMinute, long nowMs) {
            if (atMs != Long.MIN_VALUE) {
                double earned = Math.max(0, nowMs - atMs) * (perMinute / MS_PER_MINUTE);
                calls = Math.min(perMinute, calls + earned);
            }
            atMs = nowMs;
            if (calls >= 1) {
                calls--;
                return Duration.ZERO;
            }
            return Duration.ofMillis((long) Math.ceil((1 - calls) * MS_PER_MINUTE / perMinute));
        }
    }
}
