package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Answer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What an engine makes of batches of 1, 3 and 16 tasks, one after the other.
 *
 * @param results [batches][tasks]
 */
record Batches(List<List<GenerationResult>> results, SpeculationStatistics speculation) {

    private static final int[] SIZES = {1, 3, 16};

    static Batches run(EngineSettings settings, IntFunction<List<GenerationTask>> tasks)
            throws Exception {
        RecordingListener listener = new RecordingListener();
        List<List<GenerationResult>> results = new ArrayList<>();
        try (DjlEngine engine = DjlEngine.start(settings, listener, InstantSource.system())) {
            for (int size : SIZES) {
                List<GenerationTask> batch = tasks.apply(size);
                engine.submit(batch);
                List<GenerationResult> ofBatch = new ArrayList<>();
                for (GenerationTask task : batch) {
                    ofBatch.add(listener.await(task.key()));
                }
                results.add(ofBatch);
            }
            return new Batches(results, engine.statistics().speculation());
        }
    }

    /** Drafted tokens that were verified, as the results say. */
    int draftedTokens() {
        return results.stream()
                .flatMap(List::stream)
                .mapToInt(r -> r.usage().draftedTokens())
                .sum();
    }

    /** Of those, accepted. */
    int acceptedTokens() {
        return results.stream()
                .flatMap(List::stream)
                .mapToInt(r -> r.usage().acceptedTokens())
                .sum();
    }

    /** Token for token, and how each answer ended. */
    void assertSameAnswers(Batches others, String what) {
        for (int batch = 0; batch < results.size(); batch++) {
            for (int i = 0; i < results.get(batch).size(); i++) {
                assertSame(
                        "%s, batch of %d, task %d".formatted(what, SIZES[batch], i),
                        others.results.get(batch).get(i),
                        results.get(batch).get(i));
            }
        }
    }

    private static void assertSame(String what, GenerationResult left, GenerationResult right) {
        assertThat(RecordedTokens.of(left)).as(what).isEqualTo(RecordedTokens.of(right));
        Answer one = RecordedTokens.answer(left);
        Answer other = RecordedTokens.answer(right);
        assertThat(one.text()).as(what).isEqualTo(other.text());
        assertThat(one.finishReason()).as(what).isEqualTo(other.finishReason());
        assertThat(one.stopSequence()).as(what).isEqualTo(other.stopSequence());
    }
}
