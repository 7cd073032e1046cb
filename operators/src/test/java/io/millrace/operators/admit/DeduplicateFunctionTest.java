package io.millrace.operators.admit;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeduplicateFunctionTest {

    @Test
    void dropsTheSecondRequestWithAnId() throws Exception {
        try (var harness = open(null)) {
            push(harness, "first", "id");
            push(harness, "second", "id");
            push(harness, "third", "other");

            assertThat(harness.extractOutputValues())
                    .extracting(QueuedRequest::key)
                    .containsExactly("first", "third");
        }
    }

    @Test
    void letsTheSameRecordPassThatIsReadAgain() throws Exception {
        try (var harness = open(null)) {
            push(harness, "first", "id");
            push(harness, "first", "id");

            assertThat(harness.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void remembersIdsAcrossARestore() throws Exception {
        OperatorSubtaskState state;
        try (var harness = open(null)) {
            push(harness, "first", "id");
            state = harness.snapshot(1, 1);
        }
        try (var harness = open(state)) {
            push(harness, "second", "id");

            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void forgetsAnIdAfterTheWindow() throws Exception {
        try (var harness = open(null)) {
            push(harness, "first", "id");
            harness.setStateTtlProcessingTime(Duration.ofMinutes(5).toMillis() - 1);
            push(harness, "second", "id");
            harness.setStateTtlProcessingTime(Duration.ofMinutes(5).toMillis() + 1);
            push(harness, "third", "id");

            assertThat(harness.extractOutputValues())
                    .extracting(QueuedRequest::key)
                    .containsExactly("first", "third");
        }
    }

    private static void push(
            KeyedOneInputStreamOperatorTestHarness<String, QueuedRequest, QueuedRequest> harness,
            String key,
            String id)
            throws Exception {
        harness.processElement(request(key, id, 0, Service.DEFAULT, 0, 5, 1), 0);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, QueuedRequest, QueuedRequest>
            open(@Nullable OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<String, QueuedRequest, QueuedRequest>(
                        new StreamFilter<>(new DeduplicateFunction(Duration.ofMinutes(5))),
                        request -> request.request().id(),
                        Types.STRING);
        harness.setup();
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }
}
