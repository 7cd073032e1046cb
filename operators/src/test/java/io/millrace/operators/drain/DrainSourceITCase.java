package io.millrace.operators.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DrainSourceITCase {

    private static final String JOB = "DrainSourceITCase";
    private static final Duration BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private final DrainBoard board = DrainBoard.forJob(JOB);

    @BeforeEach
    void startAsTheCoordinatorWould() {
        Holder.recordsEnded.set(0);
        Holder.checkpointsSinceRecordsEnded.set(0);
        Holder.failuresLeft.set(0);
        board.reset(1);
    }

    @AfterEach
    void closeBoard() {
        board.close();
    }

    @Test
    void checkpointsPassWhileOnlyTheDrainSourceRunsAndTheJobEndsWhenDrained() throws Exception {
        JobClient job = start("none");

        awaitCheckpointsAfterRecordsEnded(3);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

        board.drained(0);
        job.getJobExecutionResult().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void afterAFailureTheJobStaysOpenUntilItIsDrainedAgain() throws Exception {
        Holder.failuresLeft.set(1);
        JobClient job = start("fixed-delay");
        awaitCheckpointsAfterRecordsEnded(1);

        board.drained(0);
        await().atMost(BOUND).until(() -> Holder.recordsEnded.get() == 2);
        Holder.checkpointsSinceRecordsEnded.set(0);
        awaitCheckpointsAfterRecordsEnded(3);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

        board.drained(0);
        job.getJobExecutionResult().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(Holder.recordsEnded).hasValue(2);
    }

    private static JobClient start(String restartStrategy) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.enableCheckpointing(50);
        DataStream<String> control =
                env.fromSource(
                        new DrainSource<String>(JOB),
                        WatermarkStrategy.noWatermarks(),
                        "drain",
                        Types.STRING);
        env.fromSequence(1, 3)
                .connect(control)
                .transform("hold", Types.LONG, new Holder())
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    private static void awaitCheckpointsAfterRecordsEnded(int count) {
        await().atMost(BOUND).until(() -> Holder.checkpointsSinceRecordsEnded.get() >= count);
    }

    /** Stands where the batch operator stands; fails when told to, once the control input ends. */
    private static final class Holder extends AbstractStreamOperator<Long>
            implements TwoInputStreamOperator<Long, String, Long>, BoundedMultiInput {

        private static final long serialVersionUID = 1L;

        static final AtomicInteger recordsEnded = new AtomicInteger();
        static final AtomicInteger checkpointsSinceRecordsEnded = new AtomicInteger();
        static final AtomicInteger failuresLeft = new AtomicInteger();

        private transient boolean ended;

        @Override
        public void processElement1(StreamRecord<Long> element) {
            output.collect(element);
        }

        @Override
        public void processElement2(StreamRecord<String> element) {
            throw new AssertionError("the drain source emitted " + element);
        }

        @Override
        public void endInput(int inputId) {
            if (inputId == 1) {
                ended = true;
                recordsEnded.incrementAndGet();
            } else if (failuresLeft.getAndDecrement() > 0) {
                try (DrainBoard board = DrainBoard.forJob(JOB)) {
                    board.restarted(0);
                }
                throw new IllegalStateException("asked to fail");
            }
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            super.notifyCheckpointComplete(checkpointId);
            if (ended) {
                checkpointsSinceRecordsEnded.incrementAndGet();
            }
        }
    }
}
