package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.StopRules;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.gpu.tokenize.Tokenizer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The engine on tiny-chat in float32, where an answer does not depend on its company. */
class DjlEngineTest {

    private static final RecordingListener LISTENER = new RecordingListener();
    private static DjlEngine engine;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void start() {
        tokenizer = Tokenizer.open(TestModels.TINY_CHAT.resolve("tokenizer.json"));
        engine =
                DjlEngine.start(
                        TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32),
                        LISTENER,
                        InstantSource.system());
    }

    @AfterAll
    static void stop() {
        engine.close();
        tokenizer.close();
    }

    @Test
    void answersDoNotDependOnTheirCompany() throws Exception {
        List<GenerationTask> crowd = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 80; i++) {
            int[] prompt = random.ints(1 + random.nextInt(150), 3, 2048).toArray();
            crowd.add(
                    Tasks.of("crowd" + i, prompt, 24, sampling(i), Tasks.endless(), Progress.NONE));
        }
        engine.submit(crowd);
        for (int i = 0; i < 80; i += 9) {
            GenerationTask together = crowd.get(i);
            int[] inCrowd = RecordedTokens.of(LISTENER.await(together.key()));
            int[] alone = tokens(renamed(together, "alone" + i, Progress.NONE));
            assertThat(inCrowd).as("task %d, seed 7", i).isEqualTo(alone);
        }
    }

    @Test
    void goesOnFromSavedTokens() throws Exception {
        GenerationTask task =
                Tasks.of(
                        "whole",
                        chat("Tell me a story."),
                        40,
                        sampling(5),
                        Tasks.endless(),
                        Progress.NONE);
        int[] whole = tokens(task);
        Answer answer = answer(LISTENER.await("whole"));
        for (int kept : new int[] {1, 17, 39, 40}) {
            Progress saved =
                    new Progress(
                            Arrays.copyOf(whole, kept), answer.logprobs().subList(0, kept), 11, 12);
            long prefilled = engine.statistics().prefillTokens();
            GenerationResult resumed = run(renamed(task, "resumed" + kept, saved));
            assertThat(RecordedTokens.of(resumed)).isEqualTo(whole);
            assertThat(answer(resumed).text()).isEqualTo(answer.text());
            assertThat(resumed.startedMs()).isEqualTo(11);
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(engine.statistics().prefillTokens() - prefilled)
                                            .isEqualTo(
                                                    kept == 40
                                                            ? 0
                                                            : task.prompt().remaining() + kept));
        }
    }

    @Test
    void stopsBeforeAStopStringAcrossTokens() throws Exception {
        GenerationTask free = Tasks.greedy("free", chat("What is the capital of France?"), 48);
        String text = answer(run(free)).text();
        String stop = text.substring(20, 29);
        GenerationTask stopped =
                Tasks.of(
                        "stopped",
                        chat("What is the capital of France?"),
                        48,
                        Sampling.GREEDY,
                        new StopRules(List.of("never", stop), List.of(), false),
                        Progress.NONE);
        Answer answer = answer(run(stopped));
        assertThat(answer.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(answer.stopSequence()).isEqualTo(stop);
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void stopsAtAStopTokenAndAtTheLimits() throws Exception {
        int[] prompt = chat("What is the capital of France?");
        int[] greedy = tokens(Tasks.greedy("limit", prompt, 12));
        assertThat(greedy).hasSize(12);
        assertThat(answer(LISTENER.await("limit")).finishReason())
                .isEqualTo(FinishReason.MAX_TOKENS);
        StopRules rules = new StopRules(List.of(), List.of(greedy[6]), false);
        GenerationTask task = Tasks.of("token", prompt, 12, Sampling.GREEDY, rules, Progress.NONE);
        assertThat(answer(run(task)).finishReason()).isEqualTo(FinishReason.STOP);
        int[] full = new Random(1).ints(1000, 3, 2048).toArray();
        GenerationTask context =
                Tasks.of("context", full, 24, Sampling.GREEDY, Tasks.endless(), Progress.NONE);
        assertThat(answer(run(context)).finishReason()).isEqualTo(FinishReason.CONTEXT_LIMIT);
    }

    @Test
    void drawsTheSameForTheSameSeedAndOthersForOthers() throws Exception {
        int[] prompt = chat("Tell me a story.");
        List<int[]> draws = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            Sampling sampling = new Sampling(1f, 1f, 0, 1f, 0f, seed);
            draws.add(
                    tokens(
                            Tasks.of(
                                    "seed" + draws.size(),
                                    prompt,
                                    24,
                                    sampling,
                                    Tasks.endless(),
                                    Progress.NONE)));
        }
        assertThat(draws.get(0)).isEqualTo(draws.get(1)).isNotEqualTo(draws.get(2));
    }

    @Test
    void cancelsAndForgets() throws Exception {
        GenerationTask task =
                Tasks.of(
                        "cancel", chat("Hi"), 900, Sampling.GREEDY, Tasks.endless(), Progress.NONE);
        engine.submit(List.of(task));
        engine.cancel("cancel");
        GenerationResult result = LISTENER.await("cancel");
        assertThat(result.outcome()).isInstanceOf(Failed.class);
        assertThat(((Failed) result.outcome()).failure().code()).isEqualTo(FailureCode.CANCELED);
        Awaitility.await()
                .untilAsserted(() -> assertThat(engine.progress()).doesNotContainKey("cancel"));
        Awaitility.await().until(() -> engine.statistics().usedKvBlocks() == 0);
    }

    @Test
    void refusesWhatExceedsTheContext() {
        GenerationTask task = Tasks.greedy("long", new int[1000], 25);
        assertThatThrownBy(() -> engine.submit(List.of(task)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000 prompt tokens and 25");
    }

    @Test
    void reportsProgressWhileItRuns() throws Exception {
        GenerationTask task =
                Tasks.of(
                        "progress",
                        chat("Hi"),
                        700,
                        Sampling.GREEDY,
                        Tasks.endless(),
                        Progress.NONE);
        engine.submit(List.of(task));
        Awaitility.await()
                .until(
                        () -> {
                            Progress progress = engine.progress().get("progress");
                            return LISTENER.has("progress")
                                    || (progress != null
                                            && progress.tokens().length > 2
                                            && progress.logprobs().size()
                                                    == progress.tokens().length);
                        });
        engine.cancel("progress");
        LISTENER.await("progress");
    }

    private static Sampling sampling(int index) {
        return switch (index % 4) {
            case 0 -> Sampling.GREEDY;
            case 1 -> new Sampling(1.2f, 0.8f, 40, 0.9f, 0.02f, index);
            case 2 -> new Sampling(1f, 1f, 0, 0.8f, 0f, index);
            default -> new Sampling(1.1f, 0.7f, 0, 1f, 0.05f, index);
        };
    }

    private static int[] chat(String user) {
        return tokenizer.encode(
                "<|im_start|>user\n" + user + "<|im_end|>\n<|im_start|>assistant\n");
    }

    private static GenerationTask renamed(GenerationTask task, String key, Progress resume) {
        int[] prompt = new int[task.prompt().remaining()];
        task.prompt().duplicate().get(prompt);
        return Tasks.of(key, prompt, task.maxTokens(), task.sampling(), task.stop(), resume);
    }

    private static GenerationResult run(GenerationTask task) throws Exception {
        engine.submit(List.of(task));
        return LISTENER.await(task.key());
    }

    private static int[] tokens(GenerationTask task) throws Exception {
        return RecordedTokens.of(run(task));
    }

    private static Answer answer(GenerationResult result) {
        if (result.outcome() instanceof Succeeded succeeded) {
            return succeeded.answer();
        }
        throw new AssertionError(result.key() + ": " + result.outcome());
    }
}
