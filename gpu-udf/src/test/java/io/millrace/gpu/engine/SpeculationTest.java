package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.StopRules;
import io.millrace.core.speculate.TypicalAcceptance;
import io.millrace.gpu.draft.Drafters;
import io.millrace.gpu.draft.GeneratedEagle3;
import io.millrace.gpu.draft.GeneratedRecurrent;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.program.WeightFormat;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In float32, what an engine answers does not depend on how it speculates. */
class SpeculationTest {

    private static Batches plain = new Batches(List.of(), SpeculationStatistics.NONE);

    @TempDir private Path folder;

    /** Those with drafts to accept. */
    static Stream<SpeculationSettings> methods() {
        Stream<SpeculationSettings> each =
                Drafters.names().stream()
                        .filter(name -> !name.equals("recurrent"))
                        .map(name -> withDraft(name))
                        .map(SpeculationTest::fixed);
        return Stream.concat(each, Stream.of(fixed(withDraft("medusa")).withTree("mc_sim_7b_63")));
    }

    @BeforeAll
    static void answerPlainly() throws Exception {
        plain = Batches.run(settings(SpeculationSettings.OFF), SpeculationTest::tasks);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answersAsWithoutDrafts(SpeculationSettings speculation) throws Exception {
        Batches drafted = Batches.run(settings(speculation), SpeculationTest::tasks);

        plain.assertSameAnswers(drafted, speculation.toString());
        assertThat(drafted.speculation().draftedTokens()).isPositive();
        assertThat(drafted.speculation().acceptedTokens()).isPositive();
        assertThat(drafted.acceptedTokens())
                .isPositive()
                .isLessThanOrEqualTo(drafted.draftedTokens());
        assertThat(plain.draftedTokens()).isZero();
    }

    /** What is drafted, if anything, depends on measured times. */
    @Test
    void answersAsWithoutDraftsWhateverThePlannerChooses() throws Exception {
        SpeculationSettings auto = SpeculationSettings.of("auto", draft("medusa"), draft("eagle"));

        plain.assertSameAnswers(
                Batches.run(settings(auto), SpeculationTest::tasks), auto.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eagle", "recurrent"})
    void answersAsWithoutDraftsOfRandomWeights(String method) throws Exception {
        if (method.equals("eagle")) {
            GeneratedEagle3.write(folder, new Random(11));
        } else {
            GeneratedRecurrent.of(96, 1, true, new Random(12)).write(folder);
        }
        SpeculationSettings speculation =
                fixed(SpeculationSettings.of(method, folder.toString())).withTree(4, 20, 5);

        Batches drafted = Batches.run(settings(speculation), SpeculationTest::tasks);

        plain.assertSameAnswers(drafted, method);
        assertThat(drafted.speculation().draftedTokens()).isPositive();
    }

    @Test
    void requestsThatWantNoDraftsAreAnsweredTheSame() throws Exception {
        SpeculationSettings speculation =
                fixed(SpeculationSettings.of("medusa", draft("medusa"))).withTree(3, 8, 4);

        Batches none =
                Batches.run(
                        settings(speculation),
                        count -> tasks(count).stream().map(Tasks::withoutDrafts).toList());
        Batches some = Batches.run(settings(speculation), SpeculationTest::someWithoutDrafts);
        Batches all = Batches.run(settings(speculation), SpeculationTest::tasks);

        plain.assertSameAnswers(none, "none drafted");
        plain.assertSameAnswers(some, "some drafted");
        assertThat(none.speculation().draftedTokens()).isZero();
        assertThat(some.speculation().draftedTokens())
                .isPositive()
                .isLessThan(all.speculation().draftedTokens());
    }

    @Test
    void typicalAcceptanceKeepsMoreOfSampledAnswersAndChangesOnlyThem() throws Exception {
        SpeculationSettings lossless = fixed(withDraft("medusa")).withTree(3, 20, 6);
        IntFunction<List<GenerationTask>> sampled =
                count -> tasks(count).stream().filter(task -> !task.sampling().isGreedy()).toList();
        IntFunction<List<GenerationTask>> greedy =
                count -> tasks(count).stream().filter(task -> task.sampling().isGreedy()).toList();
        EngineSettings typical =
                settings(lossless.withTypicalAcceptance(TypicalAcceptance.DEFAULT));

        SpeculationStatistics strict = Batches.run(settings(lossless), sampled).speculation();
        SpeculationStatistics lossy = Batches.run(typical, sampled).speculation();

        assertThat((double) lossy.acceptedTokens() / lossy.offered(1))
                .isGreaterThan(1.2 * strict.acceptedTokens() / strict.offered(1));
        Batches.run(settings(SpeculationSettings.OFF), greedy)
                .assertSameAnswers(Batches.run(typical, greedy), "greedy");
    }

    private static List<GenerationTask> someWithoutDrafts(int count) {
        List<GenerationTask> tasks = new ArrayList<>();
        for (GenerationTask task : tasks(count)) {
            tasks.add(tasks.size() % 2 == 0 ? Tasks.withoutDrafts(task) : task);
        }
        return tasks;
    }

    private static SpeculationSettings fixed(SpeculationSettings speculation) {
        return speculation.withPlanner(SpeculationSettings.Planner.FIXED);
    }

    private static EngineSettings settings(SpeculationSettings speculation) {
        return TestModels.settings(TestModels.TINY_CHAT, WeightFormat.FP32, speculation);
    }

    @Test
    void stopsAndGoesOnInTheMiddleOfAcceptedTokens() throws Exception {
        SpeculationSettings speculation = fixed(SpeculationSettings.of("eagle", draft("eagle")));
        RecordingListener listener = new RecordingListener();
        try (DjlEngine engine =
                DjlEngine.start(settings(speculation), listener, InstantSource.system())) {
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

    private static SpeculationSettings withDraft(String method) {
        return switch (method) {
            case "medusa", "eagle" -> SpeculationSettings.of(method, draft(method));
            // As slow as the model itself, so no large trees.
            case "draft-model" ->
                    SpeculationSettings.of(method, "../models/tiny-chat").withTree(4, 12, 4);
            default -> SpeculationSettings.of(method);
        };
    }

    private static String draft(String method) {
        return "../models/tiny-chat-" + method;
    }
}
