package io.millrace.operators.track;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import java.io.Serializable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Creates {@link TrackOperator}s. */
@Internal
final class TrackOperatorFactory extends AbstractStreamOperatorFactory<Completion>
        implements TwoInputStreamOperatorFactory<Completion, ControlMessage, Completion> {

    private static final long serialVersionUID = 1L;

    private final TrackSettings settings;
    private final ResultFiles files;
    private final RemoverFactory removers;

    TrackOperatorFactory(TrackSettings settings, ResultFiles files, RemoverFactory removers) {
        this.settings = settings;
        this.files = files;
        this.removers = removers;
    }

    /** Makes the threads that remove files; the operator shuts them down. */
    @FunctionalInterface
    interface RemoverFactory extends Supplier<ExecutorService>, Serializable {

        /** One thread at a time. */
        static ExecutorService ofOneThread() {
            return Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "remove-results");
                        thread.setDaemon(true);
                        return thread;
                    });
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature.
    public <T extends StreamOperator<Completion>> T createStreamOperator(
            StreamOperatorParameters<Completion> parameters) {
        return (T) new TrackOperator(parameters, settings, files, removers.get());
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return TrackOperator.class;
    }
}
