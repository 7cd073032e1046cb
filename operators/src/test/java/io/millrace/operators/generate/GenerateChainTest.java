package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.request;
import static io.millrace.operators.testing.Requests.withoutDrafts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.testing.FakeAnswer;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import io.millrace.operators.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class GenerateChainTest {

    private static final BatchSettings SETTINGS = BatchSettings.of("chain-test");
    private static final FakeSettings ENGINE = FakeSettings.SMALL;

    private FakeProbe probe;
    private ChainHarness chain;

    @BeforeEach
    void open(TestInfo test) throws Exception {
        probe = FakeProbe.named(test.getDisplayName());
        chain =
                ChainHarness.open(
                        SETTINGS, FakeEngine.steppedByHand(ENGINE, test.getDisplayName()));
    }

    @AfterEach
    void closesWithoutAByteLeft() throws Exception {
        chain.close();
        assertThat(probe.engines()).allMatch(FakeEngine::isClosed);
    }

    @Test
    void answersEveryRequestOnceAndForgetsIt() throws Exception {
        List<QueuedRequest> requests = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            requests.add(request("key-" + i, i % 7, 50, i, i + 1, i + 2));
        }
        chain.process(requests.toArray(QueuedRequest[]::new));

        List<Completion> results = runUntilIdle();

        assertThat(results).hasSize(30);
        for (QueuedRequest request : requests) {
            assertThat(results)
                    .filteredOn(result -> result.key().equals(request.key()))
                    .singleElement()
                    .extracting(GenerateChainTest::text)
                    .isEqualTo(FakeAnswer.text(request, ENGINE));
        }
        assertThat(chain.keyedEntries()).isZero();
    }

    @Test
    void tellsTheEngineWhoWantsNothingDrafted() throws Exception {
        chain.process(request("key-0", 0, 50, 1), withoutDrafts(request("key-1", 1, 50, 2)));

        assertThat(engine().heldKeys()).containsExactly("key-0", "key-1");
        assertThat(engine().speculatingKeys()).containsExactly("key-0");
        runUntilIdle();
    }

    @Test
    void submitsNoMoreThanTheEngineHasRoomFor() throws Exception {
        for (int i = 0; i < 10; i++) {
            chain.process(request("key-" + i, i, 50, i));
        }
        assertThat(engine().heldKeys()).containsExactly("key-0", "key-1", "key-2", "key-3");

        while (!engine().heldKeys().isEmpty()) {
            engine().step();
            chain.runMails();
            assertThat(engine().heldKeys()).hasSizeLessThanOrEqualTo(4);
        }
        assertThat(probe.submitted()).isEqualTo(10);
    }

    @Test
    void fillsCompletionsFromRequestAndResult() throws Exception {
        chain.process(
                request("key", "id", 3, new Service("t", 0, 9_999, null, null), 77, 50, 1, 2));

        Completion result = runUntilIdle().get(0);

        assertThat(result.key()).isEqualTo("key");
        assertThat(result.id()).isEqualTo("id");
        assertThat(result.dialect()).isEqualTo("native");
        assertThat(result.model()).isEqualTo(FakeSettings.MODEL);
        assertThat(result.tenant()).isEqualTo("t");
        assertThat(result.usage().inputTokens()).isEqualTo(2);
        assertThat(result.timing().arrivalMs()).isEqualTo(77);
        assertThat(result.timing().finishedMs()).isGreaterThanOrEqualTo(77);
    }

    @Test
    void cancelsWhatWaitsAtOnce() throws Exception {
        for (int i = 0; i < 6; i++) {
            chain.process(request("key-" + i, i, 50, i));
        }
        chain.cancel("key-5");

        assertThat(chain.takeResults())
                .singleElement()
                .satisfies(result -> assertThat(result.key()).isEqualTo("key-5"))
                .extracting(Completion::status)
                .isEqualTo(Status.CANCELED);
        assertThat(runUntilIdle()).hasSize(5);
        assertThat(chain.keyedEntries()).isZero();
    }

    @Test
    void cancelsWhatRunsAtTheNextStep() throws Exception {
        chain.process(longRequest("key"), longRequest("other"));
        engine().step();
        chain.cancel("key");
        assertThat(chain.takeResults()).isEmpty();

        engine().step();
        chain.runMails();

        Completion result = chain.takeResults().get(0);
        assertThat(result.status()).isEqualTo(Status.CANCELED);
        assertThat(result.outcome())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.failure().message()).contains("control"));
        assertThat(engine().heldKeys()).containsExactly("other");
    }

    @Test
    void cancelsEveryRequestThatCarriesTheId() throws Exception {
        chain.process(
                request("key-1", "id", 1, Service.DEFAULT, 0, 50, 1),
                request("key-2", "id", 2, Service.DEFAULT, 0, 50, 2));
        chain.cancel("id");

        assertThat(runUntilIdle())
                .extracting(Completion::key, Completion::status)
                .containsExactlyInAnyOrder(
                        tuple("key-1", Status.CANCELED), tuple("key-2", Status.CANCELED));
    }

    @Test
    void cancelsARequestThatItsCancellationOvertook() throws Exception {
        chain.setTime(1_000);
        chain.cancel("id");

        chain.process(request("sent-before", "id", 1, Service.DEFAULT, 900, 50, 1));
        assertThat(chain.takeResults())
                .singleElement()
                .extracting(Completion::status)
                .isEqualTo(Status.CANCELED);

        chain.process(request("sent-after", "id", 1, Service.DEFAULT, 1_100, 50, 1));
        assertThat(runUntilIdle())
                .singleElement()
                .extracting(Completion::status)
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void forgetsACancellationAfterItsWindow() throws Exception {
        chain.setTime(1_000);
        chain.cancel("id");
        chain.setTime(1_000 + SETTINGS.cancellationWindowMs());

        chain.process(request("key", "id", 1, Service.DEFAULT, 900, 50, 1));

        assertThat(runUntilIdle())
                .singleElement()
                .extracting(Completion::status)
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void expiresWhatWaitsWhenItsDeadlinePasses() throws Exception {
        for (int i = 0; i < 4; i++) {
            chain.process(request("key-" + i, i, 50, i));
        }
        chain.process(request("late", "late", 1, new Service("t", -1, 500, null, null), 0, 50, 1));
        chain.setTime(499);
        assertThat(chain.takeResults()).isEmpty();

        chain.setTime(500);

        assertThat(chain.takeResults())
                .singleElement()
                .extracting(Completion::key, Completion::status)
                .containsExactly("late", Status.EXPIRED);
    }

    @Test
    void expiresWhatRunsWhenItsDeadlinePasses() throws Exception {
        QueuedRequest sample = longRequest("late");
        chain.process(
                request(
                        "late",
                        "late",
                        1,
                        Requests.until(500),
                        0,
                        sample.maxTokens(),
                        sample.promptTokens()));
        engine().step();
        chain.setTime(500);
        engine().step();
        chain.runMails();

        assertThat(chain.takeResults())
                .singleElement()
                .extracting(Completion::status)
                .isEqualTo(Status.EXPIRED);
        assertThat(chain.keyedEntries()).isZero();
    }

    @Test
    void keepsAnAnswerThatWasCompleteBeforeItsCancellation() throws Exception {
        chain.process(request("key", 1, 1, 5));
        engine().step();
        chain.cancel("key");

        chain.runMails();

        assertThat(chain.takeResults())
                .singleElement()
                .extracting(Completion::status)
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void answersWithAnErrorWhatNoEngineCanHold() throws Exception {
        chain.process(request("key", 1, 50, new int[256]));

        assertThat(chain.takeResults())
                .singleElement()
                .extracting(Completion::outcome)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.failure().code())
                                        .isEqualTo(FailureCode.REQUEST_TOO_LARGE));
        assertThat(chain.keyedEntries()).isZero();
    }

    @Test
    void failsTheTaskWhenTheEngineBreaks() throws Exception {
        chain.process(request("key", 1, 50, 1));
        engine().fail(new IllegalStateException("device lost"));

        assertThatThrownBy(chain::runMails).rootCause().hasMessage("device lost");
        assertThat(chain.takeResults()).isEmpty();
    }

    @Test
    void ignoresARecordThatIsReadAgainWhileItIsHeld() throws Exception {
        chain.process(request("key", 1, 50, 1), request("key", 1, 50, 1));

        assertThat(runUntilIdle()).hasSize(1);
    }

    @Test
    void waitsForResultsOnlyWhenBothInputsEnded() throws Exception {
        chain.process(request("key", 1, 3, 1));
        chain.endInput(1);
        assertThat(chain.takeResults()).isEmpty();
        while (!engine().heldKeys().isEmpty()) {
            engine().step();
        }

        chain.endInput(2);

        assertThat(chain.takeResults()).hasSize(1);
        chain.generate().getOperator().finish();
    }

    @Test
    void pausesInputWhileItHoldsAllItMay(TestInfo test) throws Exception {
        String name = test.getDisplayName() + " running";
        try (ChainHarness small =
                ChainHarness.open(
                        SETTINGS.withMaxRequests(3), FakeEngine.running(ENGINE, name, 100))) {
            for (int i = 0; i < 20; i++) {
                // Returns once the third of those that are held has its result.
                small.process(request("key-" + i, i, 50, i));
                assertThat(small.batch().keyedEntries()).isLessThan(3);
            }
            small.endInput(1);
            small.endInput(2);

            assertThat(small.takeResults()).hasSize(20);
        }
    }

    @Test
    void givesAnIdleEngineARequestWhateverRoomItClaims(TestInfo test) throws Exception {
        String name = test.getDisplayName() + " stingy";
        GenerationEngine.Factory engines = FakeEngine.steppedByHand(ENGINE, name);
        try (ChainHarness stingy =
                ChainHarness.open(
                        SETTINGS, listener -> new StingyEngine(engines.start(listener)))) {
            stingy.process(request("key-1", 1, 50, new int[60]), request("key-2", 2, 50, 1));
            FakeEngine engine = FakeProbe.named(name).engines().get(0);
            assertThat(engine.heldKeys()).containsExactly("key-1");

            while (!engine.heldKeys().isEmpty()) {
                engine.step();
                stingy.runMails();
            }
            assertThat(stingy.takeResults()).hasSize(2);
        }
    }

    @Test
    void submitsMoreAtOnceOnceItKnowsThatAnswersAreShort(TestInfo test) throws Exception {
        String name = test.getDisplayName() + " wide";
        FakeSettings wide = new FakeSettings(64, 600, 256, 2);
        try (ChainHarness learning =
                ChainHarness.open(SETTINGS, FakeEngine.steppedByHand(wide, name))) {
            for (int i = 0; i < 100; i++) {
                learning.process(request("key-" + i, i, 190, i, i, i));
            }
            FakeEngine engine = FakeProbe.named(name).engines().get(0);
            assertThat(engine.heldKeys()).hasSize(3);

            int most = 0;
            while (!engine.heldKeys().isEmpty()) {
                engine.step();
                learning.runMails();
                most = Math.max(most, engine.heldKeys().size());
            }

            // 600 tokens hold 3 answers of up to 190, and dozens of 2 at most.
            assertThat(most).isGreaterThan(30);
            assertThat(learning.takeResults()).hasSize(100);
        }
    }

    private List<Completion> runUntilIdle() {
        List<Completion> results = new ArrayList<>(chain.takeResults());
        while (!engine().heldKeys().isEmpty()) {
            engine().step();
            chain.runMails();
        }
        results.addAll(chain.takeResults());
        return results;
    }

    private FakeEngine engine() {
        return probe.engines().get(probe.engines().size() - 1);
    }

    /** A request whose answer takes more than ten steps. */
    private static QueuedRequest longRequest(String key) {
        QueuedRequest request = request(key, 1, 50, 0);
        for (int token = 1; FakeAnswer.text(request, ENGINE).split(" ", -1).length <= 10; token++) {
            request = request(key, 1, 50, token);
        }
        return request;
    }

    private static String text(Completion completion) {
        return completion.outcome() instanceof Succeeded succeeded
                ? succeeded.answer().text()
                : completion.outcome().toString();
    }
}
