package io.millrace.operators.admit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.operators.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** The function in a harness of Flink, with a model of 16 tokens of context. */
final class AdmitHarness implements AutoCloseable {

    static final long NOW_MS = 5_000;
    static final InputRecord INPUT = new InputRecord("in.jsonl@0", "bytes".getBytes(UTF_8), 1);

    private static final AdmitSettings SETTINGS =
            new AdmitSettings(Set.of("model", "alias"), Set.of());

    private final OneInputStreamOperatorTestHarness<InputRecord, QueuedRequest> flink;

    AdmitHarness(RequestReader.Parsed... parsed) throws Exception {
        this((OperatorSubtaskState) null, parsed);
    }

    AdmitHarness(@Nullable OperatorSubtaskState state, RequestReader.Parsed... parsed)
            throws Exception {
        this(state, (input, output) -> List.of(parsed).forEach(output));
    }

    AdmitHarness(RequestReader reader) throws Exception {
        this(null, reader);
    }

    private AdmitHarness(@Nullable OperatorSubtaskState state, RequestReader reader)
            throws Exception {
        flink =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new AdmitFunction(reader, CharacterEncoder::new, SETTINGS)),
                        1,
                        1,
                        0);
        flink.setup();
        if (state != null) {
            flink.initializeState(state);
        }
        flink.open();
        flink.setProcessingTime(NOW_MS);
    }

    void push() throws Exception {
        push(INPUT);
    }

    void push(InputRecord input) throws Exception {
        flink.processElement(input, 0);
    }

    OperatorSubtaskState snapshot() throws Exception {
        return flink.snapshot(1, 1);
    }

    List<QueuedRequest> admitted() {
        return flink.extractOutputValues();
    }

    List<Completion> rejected() {
        List<Completion> values = new ArrayList<>();
        collect(AdmitFunction.REJECTED, values::add);
        return values;
    }

    List<DeadLetter> deadLetters() {
        List<DeadLetter> values = new ArrayList<>();
        collect(AdmitFunction.DEAD_LETTERS, values::add);
        return values;
    }

    long figure(Figure figure) {
        var accumulators = flink.getEnvironment().getAccumulatorRegistry().getUserMap();
        Object value = requireNonNull(accumulators.get(figure.accumulatorName())).getLocalValue();
        return (Long) value;
    }

    private <T> void collect(OutputTag<T> tag, Consumer<T> values) {
        var output = flink.getSideOutput(tag);
        if (output != null) {
            output.forEach(record -> values.accept(record.getValue()));
        }
    }

    @Override
    public void close() throws Exception {
        flink.close();
    }
}
