package io.millrace.operators.track;

import static io.millrace.operators.track.Batches.ARCHIVED_MS;
import static io.millrace.operators.track.Batches.created;
import static io.millrace.operators.track.Batches.end;
import static io.millrace.operators.track.Batches.last;
import static io.millrace.operators.track.Batches.only;
import static io.millrace.operators.track.Batches.success;
import static io.millrace.operators.track.RecordingFiles.MERGED;
import static io.millrace.operators.track.RecordingFiles.REMOVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.control.ControlMessage.CancelBatch;
import io.millrace.core.control.ControlMessage.DeleteBatch;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchState.Status;
import io.millrace.core.ledger.BatchUpdate;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of results are merged, and removed, when no restart can ask for them any more. */
class TrackFilesTest {

    @BeforeEach
    void forget() {
        RecordingFiles.forget();
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
            RecordingFiles.fail(2);
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
            RecordingFiles.fail(1);
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
            RecordingFiles.fail(2);
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

    private static TrackHarness open(@Nullable OperatorSubtaskState checkpoint) throws Exception {
        return TrackHarness.open(TrackSettings.DEFAULT, new RecordingFiles(), checkpoint);
    }
}
