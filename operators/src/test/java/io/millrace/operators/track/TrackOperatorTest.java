package io.millrace.operators.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.control.ControlMessage.CancelBatch;
import io.millrace.core.control.ControlMessage.CreateBatch;
import io.millrace.core.control.ControlMessage.DeleteBatch;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchState.Status;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackOperatorTest {

    private static final long EXPIRES_MS = Duration.ofDays(1).toMillis();
    private static final long ARCHIVED_MS = Duration.ofDays(29).toMillis();
    private static final List<String> REMOVED = new ArrayList<>();
    private static final List<String> MERGED = new ArrayList<>();
    private static int failures;

    @BeforeEach
    void forget() {
        REMOVED.clear();
        MERGED.clear();
        failures = 0;
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

    @Test
    void mergesFilesOnceACheckpointHoldsThatTheBatchEnded() throws Exception {
        try (TrackHarness track = open(null)) {
            end(track, "a");
            assertThat(MERGED).isEmpty(); // A restart could still ask for the files.

            track.checkpoint();
            assertThat(MERGED).containsExactly("a");
            track.checkpoint();
            assertThat(MERGED).containsExactly("a");
            assertThat(track.takeUpdates()).isEmpty();
        }
    }

    @Test
    void mergesAgainWhenItFailedAndAfterARestart() throws Exception {
        OperatorSubtaskState checkpoint;
        try (TrackHarness track = open(null)) {
            end(track, "a");
            failures = 2;
            track.checkpoint();
            track.checkpoint();
            assertThat(MERGED).isEmpty();
            checkpoint = track.barrier();
            track.complete();
            assertThat(MERGED).containsExactly("a");
        }
        try (TrackHarness track = open(checkpoint)) {
            track.runMails();
            assertThat(MERGED).containsExactly("a", "a");
            checkpoint = track.barrier();
        }
        try (TrackHarness track = open(checkpoint)) {
            track.runMails();
            assertThat(MERGED).containsExactly("a", "a");
        }
    }

    @Test
    void archivesABatchWhoseFilesCannotBeMerged() throws Exception {
        try (TrackHarness track = open(null)) {
            end(track, "a");
            failures = 1;
            track.checkpoint();
            track.setProcessingTime(ARCHIVED_MS);
            track.checkpoint();

            assertThat(MERGED).isEmpty();
            assertThat(REMOVED).containsExactly("a");
        }
    }

    @Test
    void archivesInTimeAndKeepsTheObject() throws Exception {
        try (TrackHarness track = open(null)) {
            end(track, "a");
            track.setProcessingTime(ARCHIVED_MS - 1);
            track.checkpoint();
            assertThat(REMOVED).isEmpty();

            track.setProcessingTime(ARCHIVED_MS);
            assertThat(REMOVED).isEmpty();
            track.checkpoint();

            assertThat(REMOVED).containsExactly("a");
            BatchState archived = only(track.takeUpdates());
            assertThat(archived.archivedMs()).isEqualTo(ARCHIVED_MS);
            assertThat(archived.status()).isEqualTo(Status.ENDED);
            track.message(new DeleteBatch("a"));
            track.checkpoint();
            assertThat(track.takeUpdates()).containsExactly(BatchUpdate.deleted("a"));
            assertThat(track.keyedEntries()).isZero();
        }
    }

    @Test
    void deletesFilesAndObjectAndForgetsTheBatch() throws Exception {
        try (TrackHarness track = open(null)) {
            end(track, "a");
            track.message(new DeleteBatch("a"));
            assertThat(REMOVED).isEmpty(); // A restart could still ask for the files.
            track.checkpoint();

            assertThat(REMOVED).containsExactly("a");
            assertThat(track.takeUpdates()).containsExactly(BatchUpdate.deleted("a"));
            track.setProcessingTime(ARCHIVED_MS);
            assertThat(track.keyedEntries()).isZero();
        }
    }

    @Test
    void deletesAfterARestartWhatWasToBeDeleted() throws Exception {
        OperatorSubtaskState checkpoint;
        try (TrackHarness track = open(null)) {
            end(track, "a");
            track.message(new DeleteBatch("a"));
            checkpoint = track.barrier();
        }
        try (TrackHarness track = open(checkpoint)) {
            track.runMails();

            assertThat(REMOVED).containsExactly("a");
            assertThat(track.takeUpdates()).containsExactly(BatchUpdate.deleted("a"));
        }
    }

    @Test
    void triesAgainWhenFilesCannotBeRemoved() throws Exception {
        try (TrackHarness track = open(null)) {
            end(track, "a");
            failures = 2;
            track.message(new DeleteBatch("a"));
            track.checkpoint();
            track.checkpoint();
            assertThat(track.takeUpdates()).isEmpty();
            track.checkpoint();

            assertThat(track.takeUpdates()).containsExactly(BatchUpdate.deleted("a"));
        }
    }

    @Test
    void leavesABatchAloneThatIsDeletedBeforeItsEnd() throws Exception {
        try (TrackHarness track = open(null)) {
            track.message(new DeleteBatch("a"));
            track.message(created("a", 1));
            track.message(new DeleteBatch("a"));
            track.checkpoint();
            track.result(success("a", "1"));
            track.checkpoint();

            assertThat(last(track).status()).isEqualTo(Status.ENDED);
            assertThat(REMOVED).isEmpty();
        }
    }

    @Test
    void forgetsABatchWhoseManifestNeverComes() throws Exception {
        try (TrackHarness track = open(null)) {
            track.result(success("a", "1"));
            track.message(new CancelBatch("b", 1));
            long abandonMs = TrackSettings.DEFAULT.abandonAfter().toMillis();
            track.setProcessingTime(abandonMs - 1);
            track.checkpoint();
            assertThat(track.keyedEntries()).isPositive();

            track.setProcessingTime(abandonMs);
            track.checkpoint();

            assertThat(REMOVED).containsExactlyInAnyOrder("a", "b");
            assertThat(track.keyedEntries()).isZero();
        }
    }

    private static void end(TrackHarness track, String batch) throws Exception {
        track.message(created(batch, 1));
        track.result(success(batch, "1"));
        track.checkpoint();
        assertThat(last(track).status()).isEqualTo(Status.ENDED);
    }

    private static TrackHarness open(@Nullable OperatorSubtaskState checkpoint) throws Exception {
        return TrackHarness.open(TrackSettings.DEFAULT, new RecordingFiles(), checkpoint);
    }

    /** Static fields, since the operator gets a copy. */
    private static final class RecordingFiles implements ResultFiles {
        private static final long serialVersionUID = 1L;

        @Override
        public void merge(String batch) throws IOException {
            record(batch, MERGED);
        }

        @Override
        public void remove(String batch) throws IOException {
            record(batch, REMOVED);
        }

        private static void record(String batch, List<String> done) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("injected");
            }
            done.add(batch);
        }
    }

    private static BatchState only(List<BatchUpdate> updates) {
        assertThat(updates).hasSize(1);
        return Objects.requireNonNull(updates.get(0).state());
    }

    private static BatchState last(TrackHarness track) {
        List<BatchUpdate> updates = track.takeUpdates();
        return Objects.requireNonNull(updates.get(updates.size() - 1).state());
    }

    private static List<Status> statuses(TrackHarness track) {
        return track.takeUpdates().stream()
                .map(update -> Objects.requireNonNull(update.state()).status())
                .toList();
    }

    private static ControlMessage created(String batch, long requests) {
        return new CreateBatch(
                new BatchManifest(
                        batch, "w", "native", requests, 0, EXPIRES_MS, ARCHIVED_MS, Map.of()));
    }

    private static Completion success(String batch, String id) {
        Answer answer = new Answer("text", FinishReason.END_OF_SEQUENCE, null, List.of());
        return completion(batch, id, new Completion.Succeeded(answer), new Usage(3, 2, 1));
    }

    private static Completion failure(String batch, String id, FailureCode code) {
        return completion(batch, id, new Completion.Failed(new Failure(code, "why")), Usage.NONE);
    }

    private static Completion completion(
            String batch, String id, Completion.Outcome outcome, Usage usage) {
        return new Completion(
                "r@" + id, id, "native", "m", "w", batch, outcome, usage, new Timing(1, 2, 3, 4));
    }
}
