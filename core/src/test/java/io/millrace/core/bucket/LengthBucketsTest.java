package io.millrace.core.bucket;

import static io.millrace.core.testing.Requests.request;
import static io.millrace.core.testing.Requests.withPriority;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class LengthBucketsTest {

    private static final EngineRoom PLENTY = new EngineRoom(100, 1_000);

    @Test
    void splitsAtTheMiddleWhenTooLargeAndMostlyShort() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 6; i++) {
            buckets.add(request("short-" + i, 100, 50));
        }
        assertThat(buckets.buckets()).hasSize(1);

        // 6 * 150 = 900 tokens are the safe share of 1,000; this one is beyond it.
        buckets.add(request("long", 600, 100));

        // 700 tokens are left above the middle, 900 below: nothing further to split.
        assertThat(buckets.buckets())
                .containsExactly(
                        new BucketStatistics(0, 512, 6, 600, 900, 100),
                        new BucketStatistics(512, 1_024, 1, 600, 700, 600));
        assertThat(buckets.splits()).isEqualTo(1);
    }

    @Test
    void doesNotSplitWhereMostAreLong() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 6; i++) {
            buckets.add(request("long-" + i, 600, 1));
        }
        assertThat(buckets.buckets()).hasSize(1);
    }

    @Test
    void splitsNoNarrowerThanAsked() {
        LengthBuckets buckets =
                new LengthBuckets(
                        new BucketSettings(64, 1_000, 0.9, 16, 100), RequestQueues.order("fcfs"));
        for (int i = 0; i < 50; i++) {
            buckets.add(request("short-" + i, 3, 100));
        }
        assertThat(buckets.buckets())
                .extracting(BucketStatistics::low, BucketStatistics::up)
                .containsExactly(tuple(0, 16), tuple(16, 32), tuple(32, 64));
    }

    @Test
    void mergesAllOnceEverythingFits() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 7; i++) {
            buckets.add(request("short-" + i, 100, 50));
        }
        assertThat(buckets.buckets()).hasSizeGreaterThan(1);

        assertThat(buckets.remove("short-3")).isPresent();

        assertThat(buckets.buckets())
                .containsExactly(new BucketStatistics(0, 1_024, 6, 600, 900, 100));
        assertThat(buckets.merges()).isEqualTo(1);
    }

    @Test
    void takesTheBucketOfTheEarliestArrivalFirst() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 6; i++) {
            buckets.add(request("short-" + i, 100, 50, Service.DEFAULT, 20));
        }
        buckets.add(request("long", 600, 100, Service.DEFAULT, 10));

        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("long");
        assertThat(buckets.poll(PLENTY, 0).requests()).hasSize(6);
        assertThat(buckets.poll(PLENTY, 0)).isEqualTo(MicroBatch.EMPTY);
    }

    @Test
    void fillsTheRoomAndNoMore() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 10; i++) {
            buckets.add(request("key-" + i, 60, 40));
        }

        MicroBatch byTokens = buckets.poll(new EngineRoom(100, 350), 0);
        assertThat(keys(byTokens)).containsExactly("key-0", "key-1", "key-2");
        assertThat(byTokens.kvTokens()).isEqualTo(300);

        assertThat(keys(buckets.poll(new EngineRoom(2, 1_000), 0)))
                .containsExactly("key-3", "key-4");
        assertThat(buckets.size()).isEqualTo(5);
        assertThat(buckets.kvTokens()).isEqualTo(500);
    }

    @Test
    void ordersInsideABucketByPolicy() {
        assertThat(orderUnder("shortest-prompt")).containsExactly("10", "20", "30");
        assertThat(orderUnder("longest-prompt")).containsExactly("30", "20", "10");
        assertThat(orderUnder("fcfs")).containsExactly("20", "30", "10");
    }

    @Test
    void takesHigherPrioritiesFirstAndAlone() {
        LengthBuckets buckets = buckets("fcfs");
        buckets.add(request("low", 10, 10, withPriority(-1), 1));
        buckets.add(request("high", 10, 10, withPriority(7), 2));
        buckets.add(request("middle", 10, 10, withPriority(3), 0));

        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("high");
        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("middle");
        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("low");
    }

    @Test
    void takesEarlierDeadlinesFirst() {
        LengthBuckets buckets = buckets("fcfs");
        buckets.add(request("none", 10, 10, Service.DEFAULT, 0));
        buckets.add(request("late", 10, 10, new Service("t", 0, 900, null, null), 0));
        buckets.add(request("soon", 10, 10, new Service("t", 0, 100, null, null), 0));

        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("soon", "late", "none");
    }

    @Test
    void letsAnotherBucketGoWhenTheBestDoesNotFit() {
        LengthBuckets buckets = buckets("fcfs");
        for (int i = 0; i < 6; i++) {
            buckets.add(request("short-" + i, 100, 50, Service.DEFAULT, 20));
        }
        buckets.add(request("long", 600, 100, Service.DEFAULT, 10));

        assertThat(keys(buckets.poll(new EngineRoom(1, 500), 0))).containsExactly("short-0");
    }

    @Test
    void holdsEverythingBackForWhatIsOverdue() {
        LengthBuckets buckets =
                new LengthBuckets(
                        new BucketSettings(1_024, 1_000, 0.9, 16, 2), RequestQueues.order("sjf"));
        buckets.add(request("long", 100, 500));
        for (int i = 0; i < 3; i++) {
            buckets.add(request("short-" + i, 10, 10));
        }
        EngineRoom small = new EngineRoom(1, 100);
        assertThat(keys(buckets.poll(small, 0))).containsExactly("short-0");
        assertThat(keys(buckets.poll(small, 0))).containsExactly("short-1");

        assertThat(buckets.poll(small, 0).isEmpty()).isTrue();
        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("long");
    }

    @Test
    void letsALaterRequestBeDueFirstAfterRemovals() {
        LengthBuckets buckets =
                new LengthBuckets(
                        new BucketSettings(1_024, 1_000, 0.9, 16, 2), RequestQueues.order("sjf"));
        for (int i = 0; i < 5; i++) {
            buckets.add(request("gone-" + i, 10, 10));
        }
        buckets.add(request("older", 10, 600));
        for (int i = 0; i < 5; i++) {
            buckets.remove("gone-" + i);
        }
        buckets.add(request("younger", 10, 600));
        // Older one: after 0 + 5 + 2 departures. Younger one: after 0 + 1 + 2.
        EngineRoom one = new EngineRoom(1, 1_000);
        for (int i = 0; i < 3; i++) {
            buckets.add(request("short-" + i, 10, 10));
            assertThat(keys(buckets.poll(one, 0))).containsExactly("short-" + i);
        }
        buckets.add(request("short-3", 10, 10));

        assertThat(keys(buckets.poll(one, 0))).containsExactly("younger");
    }

    @Test
    void takesNoMoreThanMayLeaveBeforeSomebodyIsDue() {
        LengthBuckets buckets =
                new LengthBuckets(
                        new BucketSettings(1_024, 1_000, 0.9, 16, 2), RequestQueues.order("sjf"));
        buckets.add(request("long", 100, 500));
        for (int i = 0; i < 5; i++) {
            buckets.add(request("short-" + i, 10, 10));
        }

        assertThat(keys(buckets.poll(new EngineRoom(5, 300), 0)))
                .containsExactly("short-0", "short-1");
    }

    @Test
    void refusesWhatNoEngineCanHold() {
        LengthBuckets buckets = buckets("fcfs");
        QueuedRequest large = request("large", 600, 401);

        assertThat(buckets.fits(large)).isFalse();
        assertThatThrownBy(() -> buckets.add(large))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000 tokens");
    }

    @Test
    void refusesAKeyThatItHolds() {
        LengthBuckets buckets = buckets("fcfs");
        buckets.add(request("key", 1, 1));

        assertThatThrownBy(() -> buckets.add(request("key", 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key: key");
    }

    @Test
    void measuresWaste() {
        LengthBuckets buckets = buckets("fcfs");
        assertThat(buckets.expectedWaste()).isZero();
        buckets.add(request("a", 100, 1));
        buckets.add(request("b", 300, 1));

        assertThat(buckets.expectedWaste()).isCloseTo(1 - 400.0 / 2_048, within(1e-9));
        assertThat(buckets.buckets().get(0).wasteRatio()).isCloseTo(1 - 400.0 / 600, within(1e-9));
        assertThat(buckets.poll(PLENTY, 0).paddingWaste()).isCloseTo(1 - 400.0 / 600, within(1e-9));
        assertThat(buckets.buckets().get(0).wasteRatio()).isZero();
    }

    @Test
    void saysSinceWhenTheOldestWaits() {
        LengthBuckets buckets = buckets("fcfs");
        assertThat(buckets.oldestArrivalMs()).isEmpty();
        buckets.add(request("a", 1, 1, Service.DEFAULT, 7));
        buckets.add(request("b", 1, 1, Service.DEFAULT, 9));

        assertThat(buckets.oldestArrivalMs()).hasValue(7);
        assertThat(buckets.contains("a")).isTrue();
        buckets.remove("a");
        assertThat(buckets.contains("a")).isFalse();
        assertThat(buckets.oldestArrivalMs()).hasValue(9);
        assertThat(buckets.remove("a")).isEmpty();
    }

    @Test
    void letsMoreLeaveOnceTheirAnswersAreExpectedToBeShorter() {
        LengthBuckets buckets = buckets("fcfs");
        for (String key : List.of("a", "b", "c", "d")) {
            buckets.add(request(key, 100, 500));
        }
        assertThat(buckets.kvTokens()).isEqualTo(2_400);

        buckets.reestimate(request -> new LengthEstimate(20, 50));

        assertThat(buckets.kvTokens()).isEqualTo(600);
        assertThat(buckets.buckets())
                .containsExactly(new BucketStatistics(0, 1_024, 4, 400, 600, 100));
        assertThat(keys(buckets.poll(PLENTY, 0))).containsExactly("a", "b", "c", "d");
    }

    @Test
    void keepsTheOverdueOverdueWhenEstimatedAnew() {
        LengthBuckets buckets =
                new LengthBuckets(
                        new BucketSettings(1_024, 1_000, 0.9, 16, 1), RequestQueues.order("sjf"));
        EngineRoom one = new EngineRoom(1, 1_000);
        buckets.add(request("long", 100, 400));
        buckets.add(request("short-1", 100, 10));
        buckets.add(request("short-2", 100, 10));
        assertThat(keys(buckets.poll(one, 0))).containsExactly("short-1");

        buckets.reestimate(QueuedRequest::predicted);

        assertThat(keys(buckets.poll(one, 0))).containsExactly("long");
    }

    private static List<String> orderUnder(String policy) {
        LengthBuckets buckets = buckets(policy);
        buckets.add(request("30", 30, 1, Service.DEFAULT, 2));
        buckets.add(request("10", 10, 1, Service.DEFAULT, 3));
        buckets.add(request("20", 20, 1, Service.DEFAULT, 1));
        return keys(buckets.poll(PLENTY, 0));
    }

    private static LengthBuckets buckets(String policy) {
        return new LengthBuckets(BucketSettings.of(1_024, 1_000), RequestQueues.order(policy));
    }

    private static List<String> keys(MicroBatch batch) {
        return batch.requests().stream().map(QueuedRequest::key).toList();
    }
}
