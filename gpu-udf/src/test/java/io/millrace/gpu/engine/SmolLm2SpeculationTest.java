package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.request.Sampling;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.program.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real model in float32: greedy answers do not depend on how it speculates. */
class SmolLm2SpeculationTest {

    private static final String MODEL = "smollm2-135m-instruct";

    // Longer than a step's tokens, so that it is prefilled in chunks beside growing answers.
    private static final int LONG_PROMPT = 270;

    private static Batches plain = new Batches(List.of(), SpeculationStatistics.NONE);

    static Stream<SpeculationSettings> methods() {
        return Stream.of(
                        SpeculationSettings.of("medusa", draft("medusa")),
                        SpeculationSettings.of("eagle", draft("eagle")),
                        SpeculationSettings.of("lookahead"),
                        SpeculationSettings.of("prompt-lookup"))
                .map(s -> s.withTree(4, 10, 4))
                .map(s -> s.withPlanner(SpeculationSettings.Planner.FIXED));
    }

    private static String draft(String method) {
        return TestModels.external(MODEL + "-" + method).map(Path::toString).orElse("none");
    }

    @BeforeAll
    static void answerPlainly() throws Exception {
        Optional<Path> medusa = TestModels.external(MODEL + "-medusa");
        Optional<Path> eagle = TestModels.external(MODEL + "-eagle");
        assumeTrue(
                medusa.isPresent() && eagle.isPresent(),
                "MILLRACE_MODELS does not point at SmolLM2 and its heads");
        plain = run(SpeculationSettings.OFF);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answersAsWithoutDrafts(SpeculationSettings speculation) throws Exception {
        Batches drafted = run(speculation);

        plain.assertSameAnswers(drafted, speculation.method());
        assertThat(drafted.speculation().draftedTokens()).isPositive();
        assertThat(drafted.speculation().acceptedTokens()).isPositive();
    }

    private static Batches run(SpeculationSettings speculation) throws Exception {
        Path model = TestModels.external(MODEL).orElseThrow();
        return Batches.run(
                TestModels.settings(model, WeightFormat.FP32, speculation),
                SmolLm2SpeculationTest::tasks);
    }

    /** Prompts of many lengths: real ones, whole or cut short, and one that is long. */
    private static List<GenerationTask> tasks(int count) {
        List<Oracle.Case> cases = Oracle.of(MODEL).cases();
        List<GenerationTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] prompt = cases.get(i % cases.size()).prompt();
            int length = i == 2 ? LONG_PROMPT : Math.min(prompt.length, 12 + 5 * i);
            int[] used = new int[length];
            Arrays.setAll(used, at -> prompt[at % prompt.length]);
            tasks.add(
                    Tasks.of(
                            "batch" + count + "-" + i,
                            used,
                            count == 1 ? 24 : 8 + i % 5,
                            Sampling.GREEDY,
                            Tasks.endless(),
                            Progress.NONE));
        }
        return tasks;
    }
}
