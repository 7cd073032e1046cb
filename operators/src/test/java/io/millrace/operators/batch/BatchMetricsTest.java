package io.millrace.operators.batch;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Failure;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.Test;

class BatchMetricsTest {

    private final MetricListener listener = new MetricListener();
    private final TestProcessingTimeService time = new TestProcessingTimeService();
    private final HeldRequests held =
            new HeldRequests(
                    RequestQueues.of("bucketserve", "fcfs", BucketSettings.of(256, 1_000)));

    @Test
    void showsTheQueueAsOfTheLastSecond() throws Exception {
        try (RootAllocator allocator = new RootAllocator()) {
            BatchMetrics metrics = metrics(allocator);
            time.setCurrentTime(10_000);
            metrics.watch(held, new IdleEngine());
            for (int i = 0; i < 6; i++) {
                QueuedRequest request =
                        request("key-" + i, "id", 1, Service.DEFAULT, 9_000 + i, 5, 1, 2);
                held.add(request, request.predicted());
            }
            metrics.handedOut(held.next(new EngineRoom(4, 1_000), 0));
            assertThat(gauge(BatchMetrics.QUEUE_LENGTH)).isEqualTo(0L);

            time.setCurrentTime(11_000);

            assertThat(gauge(BatchMetrics.QUEUE_LENGTH)).isEqualTo(2L);
            assertThat(gauge(BatchMetrics.HELD_REQUESTS)).isEqualTo(6L);
            assertThat(gauge(BatchMetrics.HELD_PROMPT_TOKENS)).isEqualTo(12L);
            assertThat(gauge(BatchMetrics.OLDEST_AGE_MS)).isEqualTo(11_000L - 9_004L);
            assertThat(gauge(BatchMetrics.LONGEST_WAIT_MS)).isEqualTo(1_000L);
            assertThat(gauge(BatchMetrics.BUCKETS)).isEqualTo(1L);
            assertThat((Double) gauge(BatchMetrics.BUCKET_WASTE)).isBetween(0.9, 1.0);
            assertThat(counter(BatchMetrics.REQUESTS_HANDED_OUT)).isEqualTo(4);
            assertThat(counter(BatchMetrics.MICRO_BATCHES)).isEqualTo(1);
        }
    }

    @Test
    void showsArrowMemoryInUse() throws Exception {
        try (RootAllocator allocator = new RootAllocator()) {
            BatchMetrics metrics = metrics(allocator);
            metrics.handedOut(List.of());
            try (ArrowBuf buffer = allocator.buffer(64)) {
                assertThat(gauge(BatchMetrics.ARROW_BYTES)).isEqualTo(buffer.capacity());
            }
            assertThat(gauge(BatchMetrics.ARROW_BYTES)).isEqualTo(0L);
        }
    }

    private BatchMetrics metrics(RootAllocator allocator) {
        return new BatchMetrics(
                listener.getMetricGroup(), time, allocator, WaitingPolicies.named("fcfs"));
    }

    private Object gauge(String name) {
        return listener.getGauge(name).orElseThrow().getValue();
    }

    private long counter(String name) {
        return listener.getCounter(name).orElseThrow().getCount();
    }

    /** Never asked for anything but what its answers have. */
    private static final class IdleEngine implements EnginePort {
        @Override
        public Map<String, Integer> answerTokens() {
            return Map.of();
        }

        @Override
        public ModelInfo model() {
            throw new UnsupportedOperationException();
        }

        @Override
        public EngineRoom room() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Progress progressOf(QueuedRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reject(QueuedRequest request, Failure failure) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void stop(String key, Failure reason) {
            throw new UnsupportedOperationException();
        }
    }
}
