package io.millrace.job.local;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.job.options.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** Where the prompts of a bench come from, one after the other. For one thread. */
public interface BenchPrompts {

    /** The next prompt, as token ids below the vocabulary's size. */
    int[] next(int vocabulary);

    /** Random tokens: the work is the same for every model, and drafting is hopeless. */
    static BenchPrompts random(RandomGenerator random, int tokens) {
        return vocabulary -> random.ints(tokens, 0, vocabulary).toArray();
    }

    /**
     * The prompts of a file of requests, in any dialect, again from the first when all were used.
     * What else the requests say does not count.
     *
     * @param model whose template and tokenizer they go through
     * @throws ConfigurationException naming file and line of what is no request
     */
    static BenchPrompts of(Path file, String model) {
        List<int[]> prompts;
        try (PromptEncoder encoder = ModelPromptEncoder.factory(model).open()) {
            prompts =
                    RequestFile.read("--prompts", file).stream()
                            .map(request -> encoder.encode(request.prompt()))
                            .toList();
        }
        int[] at = {0};
        return vocabulary -> prompts.get(at[0]++ % prompts.size());
    }
}
