package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.StopRules;
import io.millrace.gpu.draft.Drafters;
import io.millrace.gpu.draft.GeneratedEagle3;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.program.WeightFormat;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In float32, what an engine answers does not depend on how it speculates. */
class SpeculationTest {

    private static final int[] BATCHES = {1, 3, 16};

    static Stream<SpeculationSettings> methods() {
        Stream<SpeculationSettings> each =
                Drafters.names().stream()
                        .map(name -> SpeculationSettings.of(name, draft(name)))
                        .map(s -> s.withPlanner(SpeculationSettings.Planner.FIXED));
        return Stream.concat(
                each, Stream.of(SpeculationSettings.of("auto", "../models/tiny-chat-medusa")));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answersAsWithoutDrafts(SpeculationSettings speculation) throws Exception {
        List<List<GenerationResult>> plain = answers(SpeculationSettings.OFF, false);
        List<List<GenerationResult>> drafted = answers(speculation, true);
        for (int batch = 0; batch < BATCHES.length; batch++) {
            for (int i = 0; i < BATCHES[batch]; i++) {
                assertSame(
                        "%s, batch of %d, task %d".formatted(speculation, BATCHES[batch], i),
                        drafted.get(batch).get(i),
                        plain.get(batch).get(i));
            }
        }
    }

    @Test
    void answersAsWithoutDraftsOfARandomEagle3(@TempDir Path folder) throws Exception {
        GeneratedEagle3.write(folder, new Random(11));
        SpeculationSettings speculation =
                SpeculationSettings.of("eagle", folder.toString())
                        .withPlanner(SpeculationSettings.Planner.FIXED);
        List<List<GenerationResult>> plain = answers(SpeculationSettings.OFF, false);
        List<List<GenerationResult>> drafted = answers(speculation, false);
        for (int i = 0; i < BATCHES.length; i++) {
            assertThat(drafted.get(i).stream().map(RecordedTokens::of))
                    .containsExactlyElementsOf(
                            plain.get(i).stream().map(RecordedTokens::of).toList());
        }
    }

    @Test
    void stopsAndGoesOnInTheMiddleOfAcceptedTokens() throws Exception {
        SpeculationSettings speculation =
                SpeculationSettings.of("eagle", draft("eagle"))
                        .withPlanner(SpeculationSettings.Planner.FIXED);
        EngineSettings settings =
                TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
        RecordingListener listener = new RecordingListener();
        try (DjlEngine engine = DjlEngine.start(settings, listener, InstantSource.system())) {
            int[] prompt = Oracle.of("tiny-chat").cases().get(0).prompt();
            GenerationResult whole = run(engine, listener, "whole", prompt, List.of(), 0, null);
            String text = RecordedTokens.answer(whole).text();
            for (int at = 10; at < text.length() - 8; at += 7) {
                String stop = text.substring(at, at + 4);
                GenerationResult stopped =
                        run(engine, listener, "stop" + at, prompt, List.of(stop), 0, null);
                Answer answer = RecordedTokens.answer(stopped);
                assertThat(answer.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
                assertThat(answer.stopSequence()).isEqualTo(stop);
            }
            for (int kept : new int[] {1, 2, 3, 17, 31}) {
                GenerationResult resumed =
                        run(engine, listener, "kept" + kept, prompt, List.of(), kept, whole);
                assertThat(RecordedTokens.of(resumed)).isEqualTo(RecordedTokens.of(whole));
            }
            assertThat(engine.statistics().acceptedTokens()).isPositive();
        }
    }

    /** A task of 32 greedy tokens, after so many tokens of an earlier result. */
    private static GenerationResult run(
            DjlEngine engine,
            RecordingListener listener,
            String key,
            int[] prompt,
            List<String> stops,
            int kept,
            @Nullable GenerationResult earlier)
            throws Exception {
        Progress progress = Progress.NONE;
        if (earlier != null) {
            Answer answer = RecordedTokens.answer(earlier);
            int[] tokens = java.util.Arrays.copyOf(RecordedTokens.of(earlier), kept);
            progress = new Progress(tokens, answer.logprobs().subList(0, kept), 11, 12);
        }
        StopRules rules = new StopRules(stops, List.of(), true);
        engine.submit(List.of(Tasks.of(key, prompt, 32, Sampling.GREEDY, rules, progress)));
        return listener.await(key);
    }

    private static void assertSame(String what, GenerationResult left, GenerationResult right) {
        assertThat(RecordedTokens.of(left)).as(what).isEqualTo(RecordedTokens.of(right));
        Answer one = RecordedTokens.answer(left);
        Answer other = RecordedTokens.answer(right);
        assertThat(one.text()).as(what).isEqualTo(other.text());
        assertThat(one.finishReason()).as(what).isEqualTo(other.finishReason());
        assertThat(one.stopSequence()).as(what).isEqualTo(other.stopSequence());
    }

    private static List<List<GenerationResult>> answers(
            SpeculationSettings speculation, boolean good) throws Exception {
        RecordingListener listener = new RecordingListener();
        List<List<GenerationResult>> results = new ArrayList<>();
        EngineSettings settings =
                TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
        try (DjlEngine engine = DjlEngine.start(settings, listener, InstantSource.system())) {
            for (int batch : BATCHES) {
                List<GenerationTask> tasks = tasks(batch);
                engine.submit(tasks);
                List<GenerationResult> ofBatch = new ArrayList<>();
                for (GenerationTask task : tasks) {
                    ofBatch.add(listener.await(task.key()));
                }
                results.add(ofBatch);
            }
            EngineStatistics statistics = engine.statistics();
            if (speculation.enabled()) {
                assertThat(statistics.draftedTokens()).isPositive();
            }
            if (good) {
                assertThat(statistics.acceptedTokens())
                        .as("accepted of %d", statistics.draftedTokens())
                        .isPositive();
            }
        }
        return results;
    }

    /** Of mixed lengths, some longer than a step: greedy, sampled and penalised. */
    private static List<GenerationTask> tasks(int count) {
        Random random = new Random(count);
        List<GenerationTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = i % 4 == 3 ? 300 : 2 + random.nextInt(60);
            int[] prompt = random.ints(length, 3, 2048).toArray();
            Sampling sampling =
                    switch (i % 4) {
                        case 0, 3 -> Sampling.GREEDY;
                        case 1 -> new Sampling(1f, 0.8f, 40, 0.9f, 0f, i);
                        default -> new Sampling(1.2f, 0.7f, 0, 1f, 0.05f, i);
                    };
            tasks.add(
                    Tasks.of(
                            "batch" + count + "-" + i,
                            prompt,
                            40 + random.nextInt(30),
                            sampling,
                            Tasks.endless(),
                            Progress.NONE));
        }
        return tasks;
    }

    private static @Nullable String draft(String method) {
        return switch (method) {
            case "medusa" -> "../models/tiny-chat-medusa";
            case "draft-model" -> "../models/tiny-chat";
            case "eagle" -> "../models/tiny-chat-eagle";
            default -> null;
        };
    }
}
