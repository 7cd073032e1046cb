package io.millrace.operators.track;

import static io.millrace.operators.track.Batches.created;
import static io.millrace.operators.track.Batches.failure;
import static io.millrace.operators.track.Batches.last;
import static io.millrace.operators.track.Batches.only;
import static io.millrace.operators.track.Batches.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.control.ControlMessage.CancelBatch;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchState.Status;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Completion;
import io.millrace.core.request.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackOperatorTest {

    @BeforeEach
    void forget() {
        RecordingFiles.forget();
    }

    @Test
    void endsABatchOnlyWhenACheckpointHoldsItsLastResult() throws Exception {
        try (TrackHarness track = open(null)) {
            track.message(created("a", 2));
            track.result(success("a", "1"));
            track.barrier();
            track.result(success("a", "2"));
            track.complete(); // Its files are not committed by this one.
            assertThat(statuses(track)).containsOnly(Status.IN_PROGRESS);

            track.setProcessingTime(70);
            track.barrier();
            assertThat(statuses(track)).isEmpty();
            track.complete();

            BatchState ended = only(track.takeUpdates());
            assertThat(ended.status()).isEqualTo(Status.ENDED);
            assertThat(ended.endedMs()).isEqualTo(70);
            assertThat(ended.counts()).isEqualTo(new BatchCounts(2, 0, 0, 0, 6, 4, 2));
            track.checkpoint();
            assertThat(track.takeUpdates()).isEmpty();
            assertThat(track.extractOutputValues())
                    .extracting(Completion::id)
                    .containsExactly("1", "2");
        }
    }

    @Test
    void countsWhatComesBeforeTheManifest() throws Exception {
        try (TrackHarness track = open(null)) {
            track.result(success("a", "1"));
            track.result(failure("a", "2", FailureCode.INVALID_REQUEST));
            track.result(failure("a", "3", FailureCode.EXPIRED));
            track.message(new CancelBatch("a", 5));
            assertThat(track.takeUpdates()).isEmpty();
            track.message(created("a", 3));

            BatchState early = only(track.takeUpdates());
            assertThat(early.status()).isEqualTo(Status.CANCELING);
            assertThat(early.counts()).isEqualTo(new BatchCounts(1, 1, 0, 1, 3, 2, 1));
            track.checkpoint();
            assertThat(only(track.takeUpdates()).status()).isEqualTo(Status.ENDED);
        }
    }

    @Test
    void publishesCountsAboutOnceASecondAndStatusAtOnce() throws Exception {
        try (TrackHarness track = open(null)) {
            track.message(created("a", 1_000));
            for (int i = 0; i < 500; i++) {
                track.setProcessingTime(i * 10L);
                track.result(success("a", "id-" + i));
            }
            assertThat(track.takeUpdates()).hasSize(5);
            track.setProcessingTime(6_000);
            assertThat(only(track.takeUpdates()).counts().finished()).isEqualTo(500);

            track.message(new CancelBatch("a", 6_000));

            BatchState canceling = only(track.takeUpdates());
            assertThat(canceling.status()).isEqualTo(Status.CANCELING);
            assertThat(canceling.cancelInitiatedMs()).isEqualTo(6_000);
            track.message(new CancelBatch("a", 7_000));
            assertThat(track.takeUpdates()).isEmpty();
        }
    }

    @Test
    void estimatesTheEndByTheSpeedSoFar() throws Exception {
        try (TrackHarness track = open(null)) {
            track.message(created("a", 101));
            track.result(success("a", "first"));
            assertThat(only(track.takeUpdates()).estimatedEndMs()).isNull();
            track.setProcessingTime(500);
            for (int i = 0; i < 10; i++) {
                track.result(success("a", "id-" + i));
            }
            track.setProcessingTime(1_000);

            BatchState state = only(track.takeUpdates());
            assertThat(state.counts().finished()).isEqualTo(11);
            assertThat(state.estimatedEndMs()).isEqualTo(1_000 + 9_000);
        }
    }

    @Test
    void countsExactlyOnceAcrossARestartAtAnotherParallelism() throws Exception {
        OperatorSubtaskState checkpoint;
        try (TrackHarness track = open(null)) {
            for (int batch = 0; batch < 20; batch++) {
                track.message(created("b" + batch, 3));
                track.result(success("b" + batch, "1"));
            }
            checkpoint = track.barrier();
            for (int batch = 0; batch < 20; batch++) {
                track.result(success("b" + batch, "lost with the failure"));
            }
        }
        checkpoint = AbstractStreamOperatorTestHarness.repackageState(checkpoint);
        List<BatchUpdate> updates = new ArrayList<>();
        int entries = 0;
        for (int subtask = 0; subtask < 3; subtask++) {
            try (TrackHarness track =
                    TrackHarness.open(
                            TrackSettings.DEFAULT,
                            new RecordingFiles(),
                            checkpoint,
                            1,
                            3,
                            subtask)) {
                entries += track.keyedEntries();
                for (int batch = 0; batch < 20; batch++) {
                    if (track.holds("b" + batch)) {
                        track.result(success("b" + batch, "2"));
                        track.result(success("b" + batch, "3"));
                    }
                }
                track.checkpoint();
                updates.addAll(track.takeUpdates());
            }
        }
        assertThat(entries).isGreaterThanOrEqualTo(20);
        assertThat(updates)
                .map(update -> Objects.requireNonNull(update.state()))
                .filteredOn(state -> state.status() == Status.ENDED)
                .hasSize(20)
                .allMatch(state -> state.counts().succeeded() == 3);
    }

    @Test
    void endsAfterARestartWhatTheCheckpointHeldComplete() throws Exception {
        OperatorSubtaskState checkpoint;
        try (TrackHarness track = open(null)) {
            track.message(created("a", 1));
            track.result(success("a", "1"));
            checkpoint = track.barrier(); // Complete, but the task fails before it hears of it.
        }
        try (TrackHarness track = open(checkpoint)) {
            track.runMails();

            assertThat(only(track.takeUpdates()).status()).isEqualTo(Status.ENDED);
        }
    }

    @Test
    void dropsResultsBeyondThoseOfTheBatch() throws Exception {
        try (TrackHarness track = open(null)) {
            track.message(created("a", 1));
            track.result(success("a", "1"));
            track.result(success("a", "forged"));
            track.checkpoint();
            track.result(success("a", "forged later"));

            assertThat(track.extractOutputValues()).extracting(Completion::id).containsOnly("1");
            assertThat(last(track).counts().finished()).isEqualTo(1);
        }
    }

    private static TrackHarness open(@Nullable OperatorSubtaskState checkpoint) throws Exception {
        return TrackHarness.open(TrackSettings.DEFAULT, new RecordingFiles(), checkpoint);
    }

    private static List<Status> statuses(TrackHarness track) {
        return track.takeUpdates().stream()
                .map(update -> Objects.requireNonNull(update.state()).status())
                .toList();
    }
}
