package io.millrace.job.local;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Failure;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.Service;
import io.millrace.core.request.Submission;
import io.millrace.gateway.single.TokenCounter;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.job.options.RequestSettings;
import io.millrace.job.topology.JobGraphs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Counts the tokens of a prompt as admission does: the same reader, template and tokenizer. Safe
 * for any thread, one at a time.
 */
public final class PromptCounter implements TokenCounter, AutoCloseable {

    private static final String PLACE = "count_tokens";
    private static final String ANTHROPIC = "anthropic";

    private final RequestReader reader;
    private final PromptEncoder encoder;
    private final Set<String> models;

    private PromptCounter(RequestReader reader, PromptEncoder encoder, Set<String> models) {
        this.reader = reader;
        this.encoder = encoder;
        this.models = Set.copyOf(models);
    }

    /**
     * Loads the tokenizer.
     *
     * @param models names of the model that requests may ask for
     */
    public static PromptCounter open(
            DialectSettings dialects, PromptEncoder.Factory encoders, Set<String> models) {
        return new PromptCounter(Dialects.reader(dialects), encoders.open(), models);
    }

    /**
     * Loads the tokenizer of a model, and nothing else of it.
     *
     * @param names of the model that requests may ask for
     * @throws io.millrace.gpu.model.ModelFormatException naming the file and what is wrong with it
     */
    public static PromptCounter open(Path model, RequestSettings requests, Set<String> names) {
        return open(
                JobGraphs.dialects(requests, ModelDirectory.open(model).samplingDefaults()),
                ModelPromptEncoder.factory(model.toString()),
                names);
    }

    @Override
    public synchronized int inputTokens(byte[] entry, String apiVersion) {
        Submission submission =
                new Submission(
                        PLACE,
                        ANTHROPIC,
                        null,
                        Service.DEFAULT.tenant(),
                        Service.DEFAULT.weight(),
                        Service.NO_DEADLINE,
                        apiVersion,
                        null);
        List<RequestReader.Parsed> parsed = new ArrayList<>(1);
        reader.read(new InputRecord(PLACE, entry, 0, submission), parsed::add);
        RequestReader.Parsed only = parsed.get(0);
        if (only instanceof RequestReader.Invalid invalid) {
            throw refusal(invalid.failure());
        }
        if (only instanceof RequestReader.Unreadable unreadable) {
            throw refusal(unreadable.failure());
        }
        RequestReader.Valid valid = (RequestReader.Valid) only;
        String model = valid.request().model();
        if (model != null && !models.contains(model)) {
            throw new IllegalArgumentException(
                    "model: %s (expected: one of %s)".formatted(model, models));
        }
        try {
            return encoder.encode(valid.request().prompt()).length;
        } catch (InvalidRequestException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static IllegalArgumentException refusal(Failure failure) {
        return new IllegalArgumentException(failure.message());
    }

    @Override
    public synchronized void close() {
        encoder.close();
    }
}
