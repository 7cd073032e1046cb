package io.millrace.operators.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.control.ControlMessage.CreateBatch;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a gateway and an engine send of batches, and what comes of it. */
final class Batches {

    static final long EXPIRES_MS = Duration.ofDays(1).toMillis();
    static final long ARCHIVED_MS = Duration.ofDays(29).toMillis();

    private Batches() {}

    static void end(TrackHarness track, String batch) throws Exception {
        track.message(created(batch, 1));
        track.result(success(batch, "1"));
        track.checkpoint();
        assertThat(last(track).status()).isEqualTo(Status.ENDED);
    }

    static BatchState only(List<BatchUpdate> updates) {
        assertThat(updates).hasSize(1);
        return Objects.requireNonNull(updates.get(0).state());
    }

    static BatchState last(TrackHarness track) {
        List<BatchUpdate> updates = track.takeUpdates();
        return Objects.requireNonNull(updates.get(updates.size() - 1).state());
    }

    static ControlMessage created(String batch, long requests) {
        return new CreateBatch(
                new BatchManifest(
                        batch, "w", "native", requests, 0, EXPIRES_MS, ARCHIVED_MS, Map.of()));
    }

    static Completion success(String batch, String id) {
        Answer answer = new Answer("text", FinishReason.END_OF_SEQUENCE, null, List.of());
        return completion(batch, id, new Completion.Succeeded(answer), new Usage(3, 2, 1));
    }

    static Completion failure(String batch, String id, FailureCode code) {
        return completion(batch, id, new Completion.Failed(new Failure(code, "why")), Usage.NONE);
    }

    private static Completion completion(
            String batch, String id, Completion.Outcome outcome, Usage usage) {
        return new Completion(
                "r@" + id, id, "native", "m", "w", batch, outcome, usage, new Timing(1, 2, 3, 4));
    }
}
