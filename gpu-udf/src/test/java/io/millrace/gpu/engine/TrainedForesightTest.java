package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Sampling;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.predict.PredictorKind;
import io.millrace.gpu.predict.PredictorSettings;
import io.millrace.gpu.predict.TrainedPredictors;
import io.millrace.gpu.program.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainedForesightTest {

    private static final int TASKS = 4;
    private static final int TOKENS = 60;

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(PredictorKind.class)
    void predictsRunningAnswersAndChangesNoneOfThem(PredictorKind kind) throws Exception {
        TrainedPredictors.train(kind, folder);
        RecordingListener plain = new RecordingListener();
        run(null, plain);
        RecordingListener predicted = new RecordingListener();
        PredictionStatistics statistics = run(folder.toString(), predicted);
        for (int i = 0; i < TASKS; i++) {
            assertThat(RecordedTokens.of(predicted.await("task " + i)))
                    .isEqualTo(RecordedTokens.of(plain.await("task " + i)));
        }
        assertThat(statistics.failures()).isZero();
        // ELIS after 50 tokens, the hidden state after the first and 50 later.
        long each = kind == PredictorKind.ELIS ? 1 : 2;
        assertThat(statistics.predictions()).isEqualTo(each * TASKS);
        assertThat(statistics.nanos()).isPositive();
    }

    @Test
    void refusesADirectoryThatDoesNotFit() throws Exception {
        TrainedPredictors.train(PredictorKind.HIDDEN_STATE, folder);
        Path config = folder.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"inputs\" : ", "\"inputs\" : 1"));
        assertThatThrownBy(() -> run(folder.toString(), new RecordingListener()))
                .hasMessageContaining("config.json")
                .hasMessageContaining("inputs");
    }

    private static PredictionStatistics run(@Nullable String predictor, RecordingListener listener)
            throws Exception {
        EngineSettings settings =
                new EngineSettings(
                        TestModels.TINY_CHAT.toString(),
                        "cpu",
                        WeightFormat.FP32,
                        0,
                        0,
                        16,
                        8,
                        256,
                        "isrtf",
                        "past-future",
                        0.05,
                        predictor == null ? null : new PredictorSettings(predictor, true),
                        SpeculationSettings.OFF);
        try (DjlEngine engine = DjlEngine.start(settings, listener, InstantSource.system())) {
            engine.submit(
                    IntStream.range(0, TASKS)
                            .mapToObj(
                                    i ->
                                            Tasks.of(
                                                    "task " + i,
                                                    new int[] {5 + i, 17, 33},
                                                    TOKENS,
                                                    Sampling.GREEDY,
                                                    Tasks.endless(),
                                                    Progress.NONE))
                            .toList());
            for (String key : List.of("task 0", "task 1", "task 2", "task 3")) {
                listener.await(key);
            }
            return engine.statistics().prediction();
        }
    }
}
