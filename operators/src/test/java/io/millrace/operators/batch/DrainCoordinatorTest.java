package io.millrace.operators.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.drain.DrainBoard;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainCoordinatorTest {

    private static final OperatorID ID = new OperatorID();

    private DrainBoard board;
    private OperatorCoordinator coordinator;

    @BeforeEach
    void start() throws Exception {
        board = DrainBoard.forJob("coordinator-test");
        coordinator =
                new BatchOperatorFactory(BatchSettings.of("coordinator-test"))
                        .getCoordinatorProvider("batch", ID)
                        .create(new MockOperatorCoordinatorContext(ID, 2));
        coordinator.start();
    }

    @AfterEach
    void close() throws Exception {
        coordinator.close();
        board.close();
    }

    @Test
    void tellsTheBoardOnceEverySubtaskIsDrained() throws Exception {
        coordinator.handleEventFromOperator(0, 0, Drained.INSTANCE);
        assertThat(board.isDrained()).isFalse();

        coordinator.handleEventFromOperator(1, 0, Drained.INSTANCE);
        assertThat(board.isDrained()).isTrue();
    }

    @Test
    void takesItBackWhenASubtaskStartsOver() throws Exception {
        coordinator.handleEventFromOperator(0, 0, Drained.INSTANCE);
        coordinator.handleEventFromOperator(1, 0, Drained.INSTANCE);

        coordinator.executionAttemptFailed(1, 0, new IllegalStateException("lost"));
        assertThat(board.isDrained()).isFalse();

        coordinator.handleEventFromOperator(1, 1, Drained.INSTANCE);
        assertThat(board.isDrained()).isTrue();
        coordinator.subtaskReset(0, 7);
        assertThat(board.isDrained()).isFalse();
    }

    @Test
    void takesEverythingBackWhenTheJobStartsOver() throws Exception {
        coordinator.handleEventFromOperator(0, 0, Drained.INSTANCE);
        coordinator.handleEventFromOperator(1, 0, Drained.INSTANCE);

        coordinator.resetToCheckpoint(3, new byte[0]);

        assertThat(board.isDrained()).isFalse();
    }

    @Test
    void hasNothingToKeepInACheckpoint() throws Exception {
        CompletableFuture<byte[]> state = new CompletableFuture<>();
        coordinator.checkpointCoordinator(1, state);

        assertThat(state.get()).isEmpty();
    }

    @Test
    void refusesEventsThatAreNotItsOwn() {
        OperatorEvent foreign = new OperatorEvent() {};

        assertThatThrownBy(() -> coordinator.handleEventFromOperator(0, 0, foreign))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
