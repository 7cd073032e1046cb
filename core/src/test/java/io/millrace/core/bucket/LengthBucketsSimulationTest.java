package io.millrace.core.bucket;

import static io.millrace.core.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random arrivals, removals and room; what must always hold is checked after every one. */
class LengthBucketsSimulationTest {

    private static final int MAX_LENGTH = 1_024;
    private static final int KV_TOKENS = 2_048;

    private final Map<String, Wait> waiting = new HashMap<>();
    private LengthBuckets buckets = buckets(0, "fcfs");
    private int added;
    private int departed;

    /** When a request came, in departures, and after how many it must have left. */
    private record Wait(QueuedRequest request, int deadline) {}

    @Property(tries = 200)
    void losesDuplicatesAndStarvesNothing(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> policies = WaitingPolicies.orders();
        int maxOvertakes = random.nextInt(50);
        buckets = buckets(maxOvertakes, policies.get(random.nextInt(policies.size())));
        waiting.clear();
        added = 0;
        departed = 0;
        for (int step = 0; step < 300; step++) {
            String when = "seed %d, step %d".formatted(seed, step);
            switch (random.nextInt(8)) {
                case 0 -> remove(random, when);
                case 1, 2 -> poll(room(random), when);
                default -> add(random, maxOvertakes);
            }
            check(when);
        }
        while (!waiting.isEmpty()) {
            int before = waiting.size();
            poll(new EngineRoom(1 + random.nextInt(8), KV_TOKENS), "seed " + seed);
            assertThat(waiting.size()).as("an idle engine gets work").isLessThan(before);
            check("seed " + seed);
        }
    }

    /** A batch here was larger than what could still leave before somebody was due. */
    @Example
    void starvesNothingInTheSimulationThatOnceDid() {
        losesDuplicatesAndStarvesNothing(-1593);
    }

    private void add(Random random, int maxOvertakes) {
        int prompt = 1 + (int) Math.exp(random.nextDouble() * Math.log(MAX_LENGTH - 1));
        int maxTokens = 1 + random.nextInt(KV_TOKENS - prompt);
        Service service =
                new Service(
                        "tenant",
                        random.nextInt(4) - 2,
                        random.nextBoolean() ? Service.NO_DEADLINE : random.nextInt(1_000),
                        null,
                        null);
        int median = random.nextInt(2 * maxTokens);
        QueuedRequest request =
                request("key-" + added++, prompt, maxTokens, service, random.nextInt(100))
                        .withPredicted(new LengthEstimate(median, median + random.nextInt(50)));
        int ahead = waiting.size();
        waiting.put(request.key(), new Wait(request, departed + 2 * ahead + maxOvertakes));
        buckets.add(request);
    }

    private void remove(Random random, String when) {
        String key = "key-" + random.nextInt(added + 1);
        Wait wait = waiting.remove(key);
        assertThat(buckets.remove(key).map(QueuedRequest::key))
                .as(when)
                .isEqualTo(Optional.ofNullable(wait).map(w -> key));
    }

    private static EngineRoom room(Random random) {
        return new EngineRoom(random.nextInt(6), random.nextInt(KV_TOKENS + 1));
    }

    private void poll(EngineRoom room, String when) {
        MicroBatch batch = buckets.poll(room, 0);
        assertThat(batch.requests().size()).as(when).isLessThanOrEqualTo(room.sequences());
        assertThat(batch.kvTokens()).as(when).isLessThanOrEqualTo(room.tokens());
        long tokens = 0;
        for (QueuedRequest request : batch.requests()) {
            Wait wait = waiting.remove(request.key());
            assertThat(wait).as("%s: %s was waiting", when, request).isNotNull();
            tokens += need(request);
        }
        assertThat(batch.kvTokens()).as(when).isEqualTo(tokens);
        departed += batch.requests().size();
        if (batch.isEmpty()) {
            return;
        }
        // The last batch may have been chosen before someone was due; all before it were.
        for (Wait wait : waiting.values()) {
            assertThat(departed - batch.requests().size())
                    .as("%s: departures while %s waits", when, wait.request())
                    .isLessThanOrEqualTo(wait.deadline());
        }
    }

    private void check(String when) {
        assertThat(buckets.size()).as(when).isEqualTo(waiting.size());
        assertThat(buckets.kvTokens())
                .as(when)
                .isEqualTo(waiting.values().stream().mapToLong(w -> need(w.request())).sum());
        int low = 0;
        for (BucketStatistics bucket : buckets.buckets()) {
            assertThat(bucket.low()).as(when).isEqualTo(low);
            low = bucket.up();
            List<QueuedRequest> inside =
                    waiting.values().stream()
                            .map(Wait::request)
                            .filter(
                                    request ->
                                            request.promptTokens().length >= bucket.low()
                                                    && request.promptTokens().length < bucket.up())
                            .toList();
            assertThat(bucket.requests()).as(when).isEqualTo(inside.size());
            assertThat(bucket.kvTokens())
                    .as(when)
                    .isEqualTo(inside.stream().mapToLong(request -> need(request)).sum());
            assertThat(bucket.longestPrompt())
                    .as(when)
                    .isEqualTo(
                            inside.stream()
                                    .mapToInt(request -> request.promptTokens().length)
                                    .max()
                                    .orElse(0));
        }
        assertThat(low).as(when).isEqualTo(MAX_LENGTH);
        if (buckets.kvTokens() <= 0.9 * KV_TOKENS - 1) {
            assertThat(buckets.buckets()).as(when).hasSize(1);
        }
        assertThat(buckets.expectedWaste()).as(when).isBetween(0.0, 1.0);
    }

    private static long need(QueuedRequest request) {
        return (long) request.promptTokens().length
                + Math.min(request.maxTokens(), request.predicted().upper());
    }

    private static LengthBuckets buckets(int maxOvertakes, String policy) {
        return new LengthBuckets(
                new BucketSettings(MAX_LENGTH, KV_TOKENS, 0.9, 16, maxOvertakes),
                RequestQueues.order(policy));
    }
}
