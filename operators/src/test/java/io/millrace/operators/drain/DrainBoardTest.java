package io.millrace.operators.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainBoardTest {

    private final DrainBoard reporter = DrainBoard.forJob("job");
    private final DrainBoard waiter = DrainBoard.forJob("job");

    @AfterEach
    void closeBoards() {
        reporter.close();
        waiter.close();
    }

    @Test
    void nobodyIsDrainedBeforeTheCoordinatorStarts() {
        reporter.drained(0);

        assertThat(waiter.isDrained()).isFalse();
    }

    @Test
    void drainedWhenTheLastSubtaskSaysSo() {
        AtomicInteger calls = new AtomicInteger();
        waiter.onDrained(calls::incrementAndGet);
        reporter.reset(2);

        reporter.drained(1);
        assertThat(waiter.isDrained()).isFalse();
        assertThat(calls).hasValue(0);

        reporter.drained(0);
        assertThat(waiter.isDrained()).isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void sayingItTwiceCountsOnce() {
        reporter.reset(2);
        reporter.drained(1);
        reporter.drained(1);

        assertThat(waiter.isDrained()).isFalse();
    }

    @Test
    void restartedSubtaskMustSaySoAgain() {
        reporter.reset(2);
        reporter.drained(0);
        reporter.drained(1);

        reporter.restarted(1);
        assertThat(waiter.isDrained()).isFalse();

        reporter.drained(1);
        assertThat(waiter.isDrained()).isTrue();
    }

    @Test
    void resetForgetsEverybody() {
        reporter.reset(1);
        reporter.drained(0);

        reporter.reset(1);

        assertThat(waiter.isDrained()).isFalse();
    }

    @Test
    void jobsDoNotSeeEachOther() {
        reporter.reset(1);
        reporter.drained(0);

        try (DrainBoard other = DrainBoard.forJob("another job")) {
            assertThat(other.isDrained()).isFalse();
        }
    }

    @Test
    void closedListenerIsNotCalled() {
        AtomicInteger calls = new AtomicInteger();
        waiter.onDrained(calls::incrementAndGet);
        waiter.close();
        reporter.reset(1);

        reporter.drained(0);

        assertThat(calls).hasValue(0);
    }

    @Test
    void reportsLastAsLongAsAnybodyHasTheBoardOpen() {
        reporter.reset(1);
        reporter.drained(0);
        waiter.close();
        try (DrainBoard restored = DrainBoard.forJob("job")) {
            assertThat(restored.isDrained()).isTrue();
        }

        reporter.close();
        try (DrainBoard fresh = DrainBoard.forJob("job")) {
            assertThat(fresh.isDrained()).isFalse();
        }
    }

    @Test
    void closingTwiceTakesNothingFromTheOthers() {
        reporter.reset(1);
        reporter.drained(0);
        waiter.close();
        waiter.close();

        try (DrainBoard restored = DrainBoard.forJob("job")) {
            assertThat(restored.isDrained()).isTrue();
        }
    }
}
