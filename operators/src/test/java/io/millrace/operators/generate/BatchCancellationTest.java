package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.inBatch;
import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.control.ControlMessage.CancelBatch;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole batch is canceled: what waits, what runs, and what is still on its way. */
class BatchCancellationTest {

    private static final long EXPIRES_MS = 86_400_000;
    private static final CancelBatch CANCEL = new CancelBatch("batch", 10);
    private static final BatchSettings SETTINGS = BatchSettings.of("batch-cancellation-test");
    private static final FakeSettings ENGINE = new FakeSettings(4, 4_096, 256, 50);

    private FakeProbe probe;
    private GenerationEngine.Factory engines;

    @BeforeEach
    void name(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
        probe = FakeProbe.named(name);
        engines = FakeEngine.steppedByHand(ENGINE, name);
    }

    @Test
    void endsWhatWaitsAtOnceAndWhatRunsAtTheNextStep() throws Exception {
        try (ChainGroup chain = open(null, 1)) {
            for (int i = 0; i < 10; i++) {
                chain.process(ofBatch("key-" + i, i));
            }
            chain.process(inBatch("other", EXPIRES_MS, request("other", 1, 50, 1)));
            stepAll();
            List<String> running = probe.engines().get(0).heldKeys();
            assertThat(running).hasSize(4).doesNotContain("other");

            chain.control(CANCEL);

            assertThat(chain.takeResults())
                    .hasSize(6)
                    .allMatch(result -> result.status() == Status.CANCELED)
                    .extracting(Completion::key)
                    .doesNotContain("other")
                    .doesNotContainAnyElementsOf(running);
            assertThat(statuses(runUntilIdle(chain)))
                    .hasSize(5)
                    .containsEntry("other", Status.SUCCEEDED)
                    .containsEntry(running.get(0), Status.CANCELED)
                    .containsEntry(running.get(3), Status.CANCELED);
            assertThat(chain.keyedEntries()).isZero();
        }
    }

    @Test
    void remembersTheBatchUntilItExpires() throws Exception {
        try (ChainGroup chain = open(null, 1)) {
            chain.control(created());
            chain.setTime(10);
            chain.control(CANCEL);
            chain.setTime(EXPIRES_MS - 1);
            chain.process(ofBatch("late", 1));
            assertThat(statuses(chain.takeResults())).containsEntry("late", Status.CANCELED);

            chain.setTime(EXPIRES_MS);
            chain.control(new ControlMessage.Cancel("any")); // Sweeps.
            chain.process(inBatch("batch", 2 * EXPIRES_MS, request("later", 1, 50, 1)));
            assertThat(statuses(runUntilIdle(chain))).containsEntry("later", Status.SUCCEEDED);
        }
    }

    @Test
    void remembersTheBatchUntilItExpiresThoughItsManifestComesSecond() throws Exception {
        try (ChainGroup chain = open(null, 1)) {
            chain.control(CANCEL);
            chain.control(created());
            chain.setTime(EXPIRES_MS - 1);
            chain.process(ofBatch("late", 1));

            assertThat(statuses(chain.takeResults())).containsEntry("late", Status.CANCELED);
        }
    }

    @Test
    void remembersABatchWithoutAManifestForTheWindowOfSingleRequests() throws Exception {
        try (ChainGroup chain = open(null, 1)) {
            chain.control(CANCEL);
            chain.setTime(SETTINGS.cancellationWindowMs() - 1);
            chain.process(ofBatch("late", 1));
            assertThat(statuses(chain.takeResults())).containsEntry("late", Status.CANCELED);

            chain.setTime(SETTINGS.cancellationWindowMs());
            chain.process(ofBatch("later", 1));
            assertThat(statuses(runUntilIdle(chain))).containsEntry("later", Status.SUCCEEDED);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "3, 2"})
    void cancelsAcrossARestartAtAnotherParallelism(int subtasks, int later) throws Exception {
        ChainGroup.Checkpoint checkpoint;
        List<Completion> results = new ArrayList<>();
        try (ChainGroup before = open(null, subtasks)) {
            before.control(created());
            for (int i = 0; i < 40; i++) {
                before.process(ofBatch("key-" + i, i));
            }
            stepAll();
            before.control(CANCEL); // Those that run have no result yet.
            checkpoint = before.checkpoint();
            results.addAll(before.takeResults());
        }
        try (ChainGroup after = open(checkpoint, later)) {
            after.setTime(EXPIRES_MS - 1);
            after.process(ofBatch("late", 5));
            results.addAll(runUntilIdle(after));

            assertThat(results).hasSize(41).allMatch(r -> r.status() == Status.CANCELED);
            assertThat(statuses(results)).hasSize(41).containsKey("late");
            assertThat(after.keyedEntries()).isZero();
        }
    }

    private static QueuedRequest ofBatch(String key, int lane) {
        return inBatch("batch", EXPIRES_MS, request(key, lane, 50, lane));
    }

    private static ControlMessage created() {
        return new ControlMessage.CreateBatch(
                new BatchManifest(
                        "batch", "tenant", "native", 41, 0, EXPIRES_MS, EXPIRES_MS, Map.of()));
    }

    private static Map<String, Status> statuses(List<Completion> results) {
        return results.stream().collect(Collectors.toMap(Completion::key, Completion::status));
    }

    private ChainGroup open(ChainGroup.@Nullable Checkpoint checkpoint, int subtasks)
            throws Exception {
        return ChainGroup.open(SETTINGS, engines, checkpoint, subtasks, null);
    }

    private void stepAll() {
        probe.engines().forEach(FakeEngine::step);
    }

    private List<Completion> runUntilIdle(ChainGroup group) {
        while (probe.engines().stream().anyMatch(e -> !e.isClosed() && !e.heldKeys().isEmpty())) {
            stepAll();
            group.runMails();
        }
        return group.takeResults();
    }
}
