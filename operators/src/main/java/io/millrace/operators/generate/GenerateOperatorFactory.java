package io.millrace.operators.generate;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.operators.batch.Handover;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates {@link GenerateOperator}s, each with an engine of its own. */
@PublicEvolving
public final class GenerateOperatorFactory extends AbstractStreamOperatorFactory<Completion>
        implements OneInputStreamOperatorFactory<Handover, Completion> {

    private static final long serialVersionUID = 1L;

    private final GenerationEngine.Factory engines;

    public GenerateOperatorFactory(GenerationEngine.Factory engines) {
        this.engines = engines;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature.
    public <T extends StreamOperator<Completion>> T createStreamOperator(
            StreamOperatorParameters<Completion> parameters) {
        return (T) new GenerateOperator(parameters, engines);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return GenerateOperator.class;
    }
}
