package io.millrace.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.engine.DjlEngine;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Trains heads for tiny-chat, for seconds. */
class HeadTrainingTest {

    private static final String TINY_CHAT = "../models/tiny-chat";
    private static final int ANSWER = 32;

    @TempDir static Path shared;

    @TempDir Path folder;

    private static Path answers = Path.of("");

    /** All trainings here learn from the same answers. */
    @BeforeAll
    static void answerOnce() throws Exception {
        answers = shared.resolve("answers.jsonl");
        List<Exchange> exchanges = answer(prompts(), answers);
        assertThat(exchanges).hasSize(prompts().size());
    }

    @ParameterizedTest
    @EnumSource(HeadKind.class)
    void headsReachInTheEngineWhatWasReported(HeadKind kind) throws Exception {
        List<String> seen = new ArrayList<>();
        TrainingResult result =
                training(settings(kind, 30, 600, null), observing(seen))
                        .onAnswers(answers, folder.resolve("heads"));

        assertThat(result.entropies().get(result.entropies().size() - 1))
                .isLessThan(result.entropies().get(0) - 1);
        assertThat(seen).contains("learnt 30 of 30", "measured 30");
        assertThat(result.heldOut().acceptance().get(0)).isPositive();
        SpeculationStatistics served = serve(kind, heldOut(), result.words());
        List<Double> reached = served.acceptanceByDepthSince(SpeculationStatistics.NONE);
        for (int depth = 0; depth < reached.size(); depth++) {
            // At the end of an answer an engine may have drafted further than was measured.
            assertThat(reached.get(depth))
                    .as("depth %d of %s, reported %s", depth + 1, reached, result.heldOut())
                    .isCloseTo(result.heldOut().acceptance().get(depth), within(0.02));
        }
    }

    @ParameterizedTest
    @CsvSource({"EAGLE,53", "MEDUSA,52"})
    void anInterruptedTrainingEndsWithTheSameHeads(HeadKind kind, int interruptedAt)
            throws Exception {
        TrainingSettings settings = settings(kind, 55, 0, null);
        Path whole = folder.resolve("whole");
        Path twice = folder.resolve("twice");
        TrainingResult expected =
                training(settings, observing(new ArrayList<>())).onAnswers(answers, whole);

        List<String> before = new ArrayList<>();
        TrainingObserver interrupting =
                new Recorder(before) {
                    @Override
                    public void learnt(int step, int of, double entropy) {
                        if (step == interruptedAt) {
                            throw new IllegalStateException("interrupted");
                        }
                    }
                };
        assertThatThrownBy(() -> training(settings, interrupting).onAnswers(answers, twice))
                .hasMessage("interrupted");
        List<String> after = new ArrayList<>();
        TrainingResult resumed = training(settings, observing(after)).onAnswers(answers, twice);

        assertThat(before).contains("recorded");
        assertThat(after).contains("learnt 51 of 55").doesNotContain("learnt 50 of 55", "recorded");
        assertThat(resumed).isEqualTo(expected);
        String file = kind == HeadKind.MEDUSA ? "medusa_lm_head.safetensors" : "model.safetensors";
        assertThat(twice.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        assertThat(training(settings, observing(new ArrayList<>())).onAnswers(answers, twice))
                .isEqualTo(expected);
    }

    @Test
    void answersOnlyWhatHasNoAnswerYet() throws Exception {
        Path file = folder.resolve("answers.jsonl");
        List<String> lines = Files.readAllLines(answers).subList(0, 20);
        Files.writeString(file, String.join("\n", lines) + "\n{\"prompt\":[1,");
        List<int[]> prompts = new ArrayList<>(prompts().subList(0, 3));
        AnswersFile.read(answers, 2048).subList(0, 20).forEach(e -> prompts.add(e.prompt()));
        List<IntBuffer> distinct = prompts.stream().map(IntBuffer::wrap).distinct().toList();

        List<Exchange> exchanges = answer(prompts, file);

        assertThat(exchanges.stream().map(e -> IntBuffer.wrap(e.prompt())))
                .containsExactlyElementsOf(distinct);
        assertThat(Files.readAllLines(file)).hasSize(distinct.size()).containsSequence(lines);
    }

    @Test
    void goesOnFromHeadsThatAreGiven() {
        TrainingResult anew =
                training(gentle(null), observing(new ArrayList<>()))
                        .onAnswers(answers, folder.resolve("anew"));
        TrainingResult further =
                training(gentle("../models/tiny-chat-eagle"), observing(new ArrayList<>()))
                        .onAnswers(answers, folder.resolve("further"));

        assertThat(further.heldOut().topOne().get(0))
                .isGreaterThan(anew.heldOut().topOne().get(0) + 0.2);
    }

    @Test
    void refusesHeadsOfAnotherModel() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path given = Path.of("../models/tiny-chat-eagle");
        Files.copy(given.resolve("model.safetensors"), other.resolve("model.safetensors"));
        Files.writeString(
                other.resolve("config.json"),
                Files.readString(given.resolve("config.json"))
                        .replace("\"hidden_size\": 160", "\"hidden_size\": 576"));

        assertThatThrownBy(
                        () ->
                                training(gentle(other.toString()), observing(new ArrayList<>()))
                                        .onAnswers(answers, folder.resolve("out")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("hidden_size: 576 (expected: 160, as in tiny-chat)");
    }

    @Test
    void refusesADirectoryOfAnotherRunOrWithOtherFiles() throws IOException {
        Path out = folder.resolve("out");
        training(settings(HeadKind.MEDUSA, 1, 0, null), observing(new ArrayList<>()))
                .onAnswers(answers, out);
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.writeString(full.resolve("notes.txt"), "mine");

        assertThatThrownBy(
                        () ->
                                training(
                                                settings(HeadKind.MEDUSA, 2, 0, null),
                                                observing(new ArrayList<>()))
                                        .onAnswers(answers, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("steps: 2 (expected: 1, as in the training that")
                .hasMessageContaining("run.json");
        assertThatThrownBy(
                        () ->
                                training(
                                                settings(HeadKind.MEDUSA, 1, 0, null),
                                                observing(new ArrayList<>()))
                                        .onAnswers(answers, full))
                .hasMessageContaining(
                        "full holds other files (expected: an empty or new directory");
    }

    @Test
    void refusesAnswersThatAreNone() throws IOException {
        HeadTraining training =
                training(settings(HeadKind.MEDUSA, 1, 0, null), observing(new ArrayList<>()));
        Path file = folder.resolve("answers.jsonl");

        assertThatThrownBy(() -> training.onAnswers(file, folder.resolve("out")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("answers: " + file + " cannot be read");
        Files.writeString(file, "{\"prompt\":[1,2],\"answer\":[3,2048]}\n");
        assertThatThrownBy(() -> training.onAnswers(file, folder.resolve("out")))
                .hasMessageContaining("line 1: answer 2048 (expected: token ids below 2048");
        Files.writeString(file, "{\"prompt\":[1,2]}\n");
        assertThatThrownBy(() -> training.onAnswers(file, folder.resolve("out")))
                .hasMessageContaining("line 1: answer");
        Files.writeString(file, "");
        assertThatThrownBy(() -> training.onAnswers(file, folder.resolve("out")))
                .hasMessageContaining("prompts: 0 that can be used (expected: at least 2");
        assertThatThrownBy(() -> training.onPrompts(List.of(), folder.resolve("out2")))
                .hasMessageContaining("prompts: 0 of 0 can be used");
    }

    private static TrainingSettings settings(
            HeadKind kind, int steps, int vocabulary, @Nullable String from) {
        return new TrainingSettings(
                kind, 3, ANSWER, 1, steps, 3e-3, 384, vocabulary, 0.15, 5, from);
    }

    /** One step that changes next to nothing. */
    private static TrainingSettings gentle(@Nullable String from) {
        return new TrainingSettings(HeadKind.EAGLE, 3, ANSWER, 1, 1, 1e-7, 384, 0, 0.15, 5, from);
    }

    private static HeadTraining training(TrainingSettings settings, TrainingObserver observer) {
        return new HeadTraining(
                engine(SpeculationSettings.OFF), settings, distillation(), observer);
    }

    private static SelfDistillation distillation() {
        return new SelfDistillation(
                listener ->
                        DjlEngine.start(
                                engine(SpeculationSettings.OFF), listener, InstantSource.system()),
                InstantSource.system());
    }

    private static List<Exchange> answer(List<int[]> prompts, Path file)
            throws InterruptedException {
        return distillation().answer(prompts, ANSWER, file, 2048, done -> {});
    }

    private static EngineSettings engine(SpeculationSettings speculation) {
        return new EngineSettings(
                TINY_CHAT,
                "cpu",
                WeightFormat.FP32,
                1,
                0,
                16,
                64,
                256,
                "fcfs",
                "past-future",
                0.05,
                null,
                speculation);
    }

    private static List<int[]> prompts() {
        String[] askings = {
            "What is %s?", "Write a story about %s.", "Give me three facts about %s.",
            "Explain %s to a child.", "Why do people like %s?", "Describe %s in two sentences."
        };
        String[] things = {
            "the sea", "a water mill", "bread", "the moon", "music", "a forest", "winter", "a city",
            "friendship", "a river", "history", "a garden", "football", "light", "a castle", "tea"
        };
        List<int[]> prompts = new ArrayList<>();
        ModelDirectory model = ModelDirectory.open(Path.of(TINY_CHAT));
        try (ModelPromptEncoder encoder = ModelPromptEncoder.open(model, InstantSource.system())) {
            for (String thing : things) {
                for (String asking : askings) {
                    Message message = new Message("user", asking.formatted(thing));
                    prompts.add(encoder.encode(new Prompt.Chat(List.of(message))));
                }
            }
        }
        return prompts;
    }

    /** The prompts that were not learnt from, by the same seed. */
    private static List<int[]> heldOut() {
        List<Exchange> exchanges = AnswersFile.read(answers, 2048);
        return IntStream.of(Split.of(exchanges, 0.15, 5).heldOut())
                .mapToObj(i -> exchanges.get(i).prompt())
                .toList();
    }

    /** What an engine accepts of greedy chains of these heads. */
    private SpeculationStatistics serve(HeadKind kind, List<int[]> prompts, int words)
            throws InterruptedException {
        int depth = kind.measuredDepth(3);
        SpeculationSettings off = SpeculationSettings.OFF;
        SpeculationSettings chain =
                new SpeculationSettings(
                        kind == HeadKind.MEDUSA ? "medusa" : "eagle",
                        List.of(folder.resolve("heads").toString()),
                        depth,
                        depth,
                        1,
                        off.tree(),
                        words,
                        SpeculationSettings.Planner.FIXED,
                        off.lookahead(),
                        off.typical());
        List<GenerationEngine> engines = new ArrayList<>();
        SelfDistillation serving =
                new SelfDistillation(
                        listener -> {
                            engines.add(
                                    DjlEngine.start(
                                            engine(chain), listener, InstantSource.system()));
                            return engines.get(0);
                        },
                        InstantSource.system());
        serving.answer(prompts, ANSWER, folder.resolve("served.jsonl"), 2048, done -> {});
        // It is closed, so the last step is counted.
        return engines.get(0).statistics().speculation();
    }

    private static TrainingObserver observing(List<String> events) {
        return new Recorder(events);
    }

    /** Keeps what it is told. */
    private static class Recorder implements TrainingObserver {

        private final List<String> events;

        Recorder(List<String> events) {
            this.events = events;
        }

        @Override
        public void leftOut(int count) {
            events.add("left out " + count);
        }

        @Override
        public void answered(long done, long of) {
            events.add("answered " + done + " of " + of);
        }

        @Override
        public void recorded(long tokens, long of) {
            if (tokens == of) {
                events.add("recorded");
            }
        }

        @Override
        public void learnt(int step, int of, double entropy) {
            events.add("learnt " + step + " of " + of);
        }

        @Override
        public void measured(int step, HeldOut heldOut) {
            events.add("measured " + step);
        }
    }
}
