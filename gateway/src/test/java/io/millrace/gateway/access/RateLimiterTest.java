package io.millrace.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final RateLimiter limiter = new RateLimiter(() -> Instant.ofEpochMilli(nowMs.get()));

    private static ApiKey key(String name, int perMinute) {
        return new ApiKey(name, "w", new Limits(1, 1, 1, perMinute));
    }

    @Test
    void aBurstIsFollowedByTheRate() {
        ApiKey key = key("k", 3);
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.tryCall(key)).isZero();
        }

        Duration wait = limiter.tryCall(key);
        assertThat(wait).isEqualTo(Duration.ofSeconds(20));
        nowMs.addAndGet(wait.toMillis() - 1);
        assertThat(limiter.tryCall(key)).isPositive();
        nowMs.addAndGet(1);
        assertThat(limiter.tryCall(key)).isZero();
        assertThat(limiter.tryCall(key)).isPositive();
    }

    @Test
    void keysDoNotShareAndNobodySavesUpForever() {
        assertThat(limiter.tryCall(key("a", 1))).isZero();
        assertThat(limiter.tryCall(key("a", 1))).isPositive();
        assertThat(limiter.tryCall(key("b", 1))).isZero();
        nowMs.addAndGet(3_600_000);
        assertThat(limiter.tryCall(key("a", 1))).isZero();
        assertThat(limiter.tryCall(key("a", 1))).isPositive();
    }
}
