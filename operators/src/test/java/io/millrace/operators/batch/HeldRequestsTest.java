package io.millrace.operators.batch;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.operators.testing.Requests;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HeldRequestsTest {

    private static final EngineRoom PLENTY = new EngineRoom(100, 10_000);

    @Test
    void handsOutWhatWasInterruptedFirstAndOnlyAsItFits() {
        HeldRequests held = held();
        add(held, request("new", 1, 10, 1));
        held.addInterrupted(request("old-1", 1, 10, 1), LengthEstimate.atMost(10));
        held.addInterrupted(request("old-2", 1, 10, 1), LengthEstimate.atMost(10));

        assertThat(held.next(new EngineRoom(5, 12), 0)).extracting("key").containsExactly("old-1");
        assertThat(held.next(new EngineRoom(5, 10), 0)).isEmpty();
        assertThat(held.next(PLENTY, 0)).extracting("key").containsExactly("old-2");
        assertThat(held.next(PLENTY, 0)).extracting("key").containsExactly("new");
        assertThat(held.size()).isEqualTo(3);
        assertThat(held.waiting()).isZero();
    }

    @Test
    void keepsTheEstimateOfAddingApartFromTheRequest() {
        HeldRequests held = held();
        held.add(request("key", 1, 100, 1), new LengthEstimate(10, 20));

        assertThat(held.get("key").predicted()).isEqualTo(LengthEstimate.atMost(100));
        held.reestimate(
                original -> {
                    assertThat(original.predicted()).isEqualTo(LengthEstimate.atMost(100));
                    return new LengthEstimate(30, 40);
                });
        assertThat(held.next(PLENTY, 0).get(0).predicted()).isEqualTo(new LengthEstimate(30, 40));
    }

    @Test
    void saysWhichRequestIsUnknown() {
        assertThatThrownBy(() -> held().get("key"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("key: key");
    }

    @Property(tries = 100)
    void agreesWithAPlainModel(@ForAll long seed) {
        Random random = new Random(seed);
        HeldRequests held = held();
        Map<String, QueuedRequest> all = new LinkedHashMap<>();
        Set<String> inEngine = new HashSet<>();
        long nowMs = 0;
        for (int i = 0; i < 300; i++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    QueuedRequest request = randomRequest("key-" + i, random, nowMs);
                    all.put(request.key(), request);
                    if (random.nextInt(8) == 0) {
                        held.addInterrupted(request, request.predicted());
                    } else {
                        held.add(request, request.predicted());
                    }
                }
                case 2 ->
                        held.next(new EngineRoom(random.nextInt(4), random.nextInt(400)), 0)
                                .forEach(request -> inEngine.add(request.key()));
                case 3 -> {
                    if (!all.isEmpty()) {
                        List<String> keys = List.copyOf(all.keySet());
                        String key = keys.get(random.nextInt(keys.size()));
                        held.remove(key);
                        all.remove(key);
                        inEngine.remove(key);
                    }
                }
                default -> {
                    nowMs += random.nextInt(20);
                    for (QueuedRequest expired : held.takeExpired(nowMs)) {
                        assertThat(deadline(expired)).isLessThanOrEqualTo(nowMs);
                        assertThat(all).containsKey(expired.key());
                        held.remove(expired.key());
                        all.remove(expired.key());
                        inEngine.remove(expired.key());
                    }
                }
            }
            check(held, all, inEngine, nowMs);
        }
    }

    private static void check(
            HeldRequests held, Map<String, QueuedRequest> all, Set<String> inEngine, long nowMs) {
        assertThat(held.size()).isEqualTo(all.size());
        assertThat(held.waiting()).isEqualTo(all.size() - inEngine.size());
        assertThat(held.promptTokens())
                .isEqualTo(all.values().stream().mapToLong(r -> r.promptTokens().length).sum());
        for (QueuedRequest request : all.values()) {
            assertThat(held.contains(request.key())).isTrue();
            assertThat(held.isWaiting(request.key())).isEqualTo(!inEngine.contains(request.key()));
            assertThat(held.withId(request.request().id())).contains(request);
        }
        OptionalLong next =
                all.values().stream()
                        .mapToLong(HeldRequestsTest::deadline)
                        .filter(ms -> ms != Service.NO_DEADLINE)
                        .min();
        assertThat(held.nextDeadlineMs()).isEqualTo(next);
        assertThat(next.orElse(Long.MAX_VALUE)).isGreaterThan(nowMs - 20);
    }

    private static QueuedRequest randomRequest(String key, Random random, long nowMs) {
        Service service =
                random.nextBoolean()
                        ? Service.DEFAULT
                        : Requests.until(nowMs + 1 + random.nextInt(100));
        String id = "id-" + random.nextInt(10);
        int[] prompt = new int[1 + random.nextInt(100)];
        return request(key, id, 1, service, nowMs, 1 + random.nextInt(50), prompt);
    }

    private static long deadline(QueuedRequest request) {
        return request.request().service().deadlineMs();
    }

    private static void add(HeldRequests held, QueuedRequest request) {
        held.add(request, request.predicted());
    }

    private static HeldRequests held() {
        return new HeldRequests(
                RequestQueues.of("bucketserve", "fcfs", BucketSettings.of(256, 1_000)));
    }
}
