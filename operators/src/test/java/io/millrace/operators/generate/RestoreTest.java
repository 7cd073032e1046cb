package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import io.millrace.operators.testing.FakeAnswer;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTest {

    private static final BatchSettings SETTINGS = BatchSettings.of("restore-test");
    private static final FakeSettings ENGINE = new FakeSettings(4, 4_096, 256, 50);

    private FakeProbe probe;
    private GenerationEngine.Factory engines;

    @BeforeEach
    void name(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
        probe = FakeProbe.named(name);
        engines = FakeEngine.steppedByHand(ENGINE, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void goesOnFromTheTokensOfTheCheckpoint(String backendName) throws Exception {
        QueuedRequest request = requestWithAnswerOfAtLeast(8, "key", 5);
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 1, backend(backendName))) {
            before.process(request);
            step(3);
            checkpoint = before.checkpoint();
            step(2); // Lost with the crash.
        }
        long prefilledBefore = probe.prefilledTokens();

        try (ChainGroup after = open(checkpoint, 1, backend(backendName))) {
            List<Completion> results = runUntilIdle(after);

            assertThat(probe.resumedTokens()).containsEntry("key", 3);
            assertThat(probe.prefilledTokens() - prefilledBefore)
                    .isEqualTo(request.promptTokens().length + 3);
            assertThat(results)
                    .singleElement()
                    .extracting(RestoreTest::text)
                    .isEqualTo(FakeAnswer.text(request, ENGINE));
            assertThat(after.keyedEntries()).isZero();
        }
    }

    @Test
    void submitsWhatWasInterruptedBeforeWhatWaited() throws Exception {
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 1, null)) {
            for (int i = 0; i < 12; i++) {
                before.process(requestWithAnswerOfAtLeast(8, "key-" + i, i));
            }
            step(2);
            checkpoint = before.checkpoint();
        }

        try (ChainGroup after = open(checkpoint, 1, null)) {
            assertThat(engine().heldKeys())
                    .containsExactlyInAnyOrder("key-0", "key-1", "key-2", "key-3");
            assertThat(runUntilIdle(after)).hasSize(12);
        }
    }

    @Test
    void weightsThatTheGatewayVouchedForLast() throws Exception {
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 1, null)) {
            before.process(
                    request(
                            "heavy",
                            "heavy",
                            1,
                            new Service("t", 2.5, 0, Service.NO_DEADLINE, null, null),
                            0,
                            9,
                            1),
                    request("usual", "usual", 2, Service.DEFAULT, 0, 9, 1));
            checkpoint = before.checkpoint();
        }

        try (ChainGroup after = open(checkpoint, 1, null)) {
            assertThat(engine().heldWeights())
                    .containsOnly(entry("heavy", 2.5), entry("usual", 1.0));
            assertThat(runUntilIdle(after)).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "3, 2", "2, 1", "4, 4"})
    void dealsEverythingOutToAnotherNumberOfSubtasks(int subtasks, int later) throws Exception {
        List<QueuedRequest> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            requests.add(request("key-" + i, i * 37 % 128, 50, i, i * i));
        }
        List<Completion> results = new ArrayList<>();
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, subtasks, null)) {
            before.process(requests.toArray(QueuedRequest[]::new));
            stepAll(5);
            before.runMails();
            checkpoint = before.checkpoint();
            results.addAll(before.takeResults());
        }
        int resumable = probe.resumedTokens().size();

        try (ChainGroup after = open(checkpoint, later, null)) {
            results.addAll(runUntilIdle(after));
            assertThat(after.keyedEntries()).isZero();
        }

        assertThat(results)
                .extracting(Completion::key)
                .containsExactlyInAnyOrderElementsOf(
                        requests.stream().map(QueuedRequest::key).toList());
        for (Completion result : results) {
            QueuedRequest request =
                    requests.get(Integer.parseInt(result.key().substring("key-".length())));
            assertThat(text(result)).isEqualTo(FakeAnswer.text(request, ENGINE));
        }
        assertThat(probe.resumedTokens()).hasSizeGreaterThan(resumable);
    }

    @Test
    void emitsBeforeTheBarrierWhatTheEngineHasReported() throws Exception {
        QueuedRequest request = request("key", 1, 1, 7);
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 1, null)) {
            before.process(request);
            step(1); // Reported; the mail has not run.
            checkpoint = before.checkpoint();
            assertThat(before.takeResults()).hasSize(1);
        }
        try (ChainGroup after = open(checkpoint, 1, null)) {
            assertThat(runUntilIdle(after)).isEmpty();
            assertThat(after.keyedEntries()).isZero();
        }
    }

    @Test
    void keepsEveryTokenOfATaskThatEndsDuringTheSnapshot() throws Exception {
        QueuedRequest request = requestWithAnswerOfAtLeast(8, "key", 1);
        int length = FakeAnswer.text(request, ENGINE).split(" ", -1).length;
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 1, null)) {
            before.process(request);
            step(length - 1);
            checkpoint = before.checkpoint(() -> step(1));
            assertThat(before.takeResults()).isEmpty();
        }
        try (ChainGroup after = open(checkpoint, 1, null)) {
            step(1);
            after.runMails();
            assertThat(after.takeResults())
                    .singleElement()
                    .extracting(RestoreTest::text)
                    .isEqualTo(FakeAnswer.text(request, ENGINE));
            assertThat(probe.resumedTokens()).containsEntry("key", length - 1);
        }
    }

    @Test
    void remembersCancellationsAfterARestart() throws Exception {
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 2, null)) {
            before.cancel("id");
            checkpoint = before.checkpoint();
        }
        try (ChainGroup after = open(checkpoint, 3, null)) {
            after.process(request("key", "id", 1, Service.DEFAULT, 0, 50, 1));
            assertThat(after.takeResults())
                    .singleElement()
                    .extracting(Completion::status)
                    .isEqualTo(Status.CANCELED);
        }
    }

    @Test
    void correctsPredictionsAsAtTheCheckpoint() throws Exception {
        QuantileShifts learned = new QuantileShifts(0.5, -0.25);
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 2, null)) {
            probe.engines().forEach(engine -> engine.correctPredictions(learned));
            checkpoint = before.checkpoint();
        }
        try (ChainGroup after = open(checkpoint, 3, null)) {
            assertThat(after.takeResults()).isEmpty();
            assertThat(engine().statistics().prediction().shifts()).isEqualTo(learned);
        }
    }

    @Test
    void goesOnWithTheReportOfTheCheckpoint() throws Exception {
        ChainGroup.Checkpoint checkpoint;
        try (ChainGroup before = open(null, 2, null)) {
            for (int i = 0; i < 10; i++) {
                before.process(request("key-" + i, i, 3, i));
            }
            runUntilIdle(before);
            checkpoint = before.checkpoint();
            before.process(request("lost", 1, 3, 1));
            runUntilIdle(before);
        }
        try (ChainGroup after = open(checkpoint, 3, null)) {
            after.process(request("more", 1, 3, 1));
            after.cancel("more");
            runUntilIdle(after);
            after.checkpoint(); // Looks at the engine.

            Report report = after.report();
            assertThat(report.get(Figure.PREFILL_TOKENS)).isEqualTo(11);
            assertThat(report.get(Figure.STEPS)).isPositive();
            assertThat(report.meanBatch()).isPositive();
        }
    }

    private ChainGroup open(
            ChainGroup.@Nullable Checkpoint checkpoint,
            int subtasks,
            @Nullable StateBackend backend)
            throws Exception {
        return ChainGroup.open(SETTINGS, engines, checkpoint, subtasks, backend);
    }

    private FakeEngine engine() {
        return probe.engines().get(probe.engines().size() - 1);
    }

    private void step(int steps) {
        for (int i = 0; i < steps; i++) {
            engine().step();
        }
    }

    private void stepAll(int steps) {
        for (int i = 0; i < steps; i++) {
            probe.engines().forEach(FakeEngine::step);
        }
    }

    private List<Completion> runUntilIdle(ChainGroup group) {
        while (probe.engines().stream().anyMatch(e -> !e.isClosed() && !e.heldKeys().isEmpty())) {
            stepAll(1);
            group.runMails();
        }
        return group.takeResults();
    }

    private static QueuedRequest requestWithAnswerOfAtLeast(int tokens, String key, int lane) {
        QueuedRequest request = request(key, lane, 50, 0, 0);
        for (int i = 1; FakeAnswer.text(request, ENGINE).split(" ", -1).length < tokens; i++) {
            request = request(key, lane, 50, 0, i);
        }
        return request;
    }

    private static StateBackend backend(String name) {
        return name.equals("rocksdb")
                ? new EmbeddedRocksDBStateBackend()
                : new HashMapStateBackend();
    }

    private static String text(Completion completion) {
        return completion.outcome() instanceof Completion.Succeeded succeeded
                ? succeeded.answer().text()
                : completion.outcome().toString();
    }
}
