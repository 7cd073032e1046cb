package io.millrace.core.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.BucketServe;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.core.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RequestQueuesTest {

    private static final int KV_TOKENS = 2_000;

    @Property(tries = 150)
    void everyQueueHandsOutEveryRequestOnce(@ForAll long seed, @ForAll("policies") String policy) {
        Random random = new Random(seed);
        RequestQueue queue = queue(policy);
        Set<String> waiting = new TreeSet<>();
        List<String> running = new ArrayList<>();
        String when = "seed %d, %s".formatted(seed, policy);
        for (int i = 0; i < 200; i++) {
            QueuedRequest request =
                    Requests.request(
                            "key-" + i,
                            1 + random.nextInt(600),
                            1 + random.nextInt(300),
                            service(random),
                            i);
            queue.add(request);
            waiting.add(request.key());
            if (random.nextInt(10) == 0) {
                String removed = "key-" + random.nextInt(i + 1);
                assertThat(queue.remove(removed).isPresent())
                        .as(when)
                        .isEqualTo(waiting.remove(removed));
            }
            if (random.nextInt(20) == 0) {
                queue.reestimate(r -> LengthEstimate.atMost(1 + random.nextInt(r.maxTokens())));
            }
            take(queue, new EngineRoom(random.nextInt(4), random.nextInt(KV_TOKENS)), i)
                    .forEach(key -> assertThat(waiting.remove(key)).as(when + key).isTrue());
        }
        while (!waiting.isEmpty()) {
            List<String> taken = take(queue, new EngineRoom(3, KV_TOKENS), 1_000);
            assertThat(taken).as("%s: an idle engine gets work", when).isNotEmpty();
            taken.forEach(key -> assertThat(waiting.remove(key)).as(when + key).isTrue());
            running.addAll(taken);
            while (running.size() > 3) {
                queue.ended(running.remove(0), 1 + random.nextInt(50));
            }
        }
        assertThat(queue.size()).as(when).isZero();
        assertThat(queue.kvTokens()).as(when).isZero();
        assertThat(queue.oldestArrivalMs()).as(when).isEmpty();
        assertThat(queue.poll(new EngineRoom(9, KV_TOKENS), 0).isEmpty()).as(when).isTrue();
    }

    private static List<String> take(RequestQueue queue, EngineRoom room, long nowMs) {
        MicroBatch batch = queue.poll(room, nowMs);
        assertThat(batch.requests().size()).isLessThanOrEqualTo(room.sequences());
        assertThat(batch.kvTokens()).isLessThanOrEqualTo(room.tokens());
        return batch.requests().stream().map(QueuedRequest::key).toList();
    }

    private static Service service(Random random) {
        return new Service(
                "tenant-" + random.nextInt(3),
                random.nextInt(2),
                random.nextBoolean() ? Service.NO_DEADLINE : random.nextInt(1_000),
                null,
                null);
    }

    @Test
    void nobodyIsOvertakenForEver() {
        BucketSettings settings = new BucketSettings(4_096, KV_TOKENS, 0.9, 16, 5);
        RequestQueue queue = RequestQueues.of("sjf", "fcfs", settings);
        queue.add(Requests.request("long", 10, 500));
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            queue.add(Requests.request("short-" + i, 10, 1));
            order.addAll(take(queue, new EngineRoom(1, KV_TOKENS), i));
        }

        assertThat(order.indexOf("long")).isEqualTo(5);
    }

    @Test
    void cutsWhereTheLengthsAreInsteadOfInTheMiddle() {
        BucketSettings settings =
                BucketSettings.of(1_024, KV_TOKENS).withCut(BucketServe.Cut.QUANTILE);
        LengthBuckets buckets = new LengthBuckets(settings, RequestQueues.order("fcfs"));
        for (int i = 0; i < 40; i++) {
            buckets.add(Requests.request("short-" + i, 100, 10));
            buckets.add(Requests.request("long-" + i, 900, 10));
        }

        assertThat(buckets.buckets()).extracting(BucketStatistics::low).containsExactly(0, 900);
        assertThat(buckets.buckets())
                .allSatisfy(bucket -> assertThat(bucket.wasteRatio()).isZero());
    }

    @Test
    void refusesAnOrderThatIsMoreThanAnOrder() {
        assertThatThrownBy(() -> RequestQueues.of("bucketserve", "vtc", settings()))
                .hasMessage(
                        "bucket-order: vtc (expected: one of fcfs, sjf, ljf, shortest-prompt,"
                                + " longest-prompt)");
    }

    @Provide
    Arbitrary<String> policies() {
        return Arbitraries.of(WaitingPolicies.names());
    }

    private static RequestQueue queue(String policy) {
        return RequestQueues.of(policy, "fcfs", settings());
    }

    private static BucketSettings settings() {
        return BucketSettings.of(4_096, KV_TOKENS).withMaxOvertakes(50);
    }
}
