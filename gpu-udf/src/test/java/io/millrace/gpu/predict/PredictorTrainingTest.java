package io.millrace.gpu.predict;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.predict.LengthPredictor;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PredictorTrainingTest {

    private static final ModelDirectory MODEL = ModelDirectory.open(TrainedPredictors.TINY_CHAT);

    private static final Map<PredictorKind, PredictorReport> REPORTS =
            new EnumMap<>(PredictorKind.class);

    @TempDir private static Path trained;

    @TempDir private Path folder;

    @BeforeAll
    static void train() throws IOException {
        for (PredictorKind kind : PredictorKind.values()) {
            REPORTS.put(kind, TrainedPredictors.train(kind, trained.resolve(kind.id())));
        }
    }

    @ParameterizedTest
    @EnumSource(PredictorKind.class)
    void learnsWhatPromptsAskFor(PredictorKind kind) throws IOException {
        PredictorReport report = requireNonNull(REPORTS.get(kind));
        Path written = trained.resolve(kind.id());
        assertThat(report.atArrival().r2()).isGreaterThan(0.7);
        assertThat(report.histogramAtArrival().r2()).isLessThan(0.2);
        assertThat(report.atArrival().pinballTokens())
                .isLessThan(0.75 * report.histogramAtArrival().pinballTokens());
        assertThat(report.trainingExamples() + report.stoppingExamples() + report.testExamples())
                .isEqualTo(report.examples())
                .isEqualTo(160);
        assertThat(report.cutExamples()).isPositive();
        assertThat(PredictorFiles.open(written, MODEL).kind()).isEqualTo(kind);
        JsonNode json = new JsonMapper().readTree(written.resolve("report.json").toFile());
        assertThat(json.path("at_arrival").path("r2").asDouble())
                .isEqualTo(report.atArrival().r2());
    }

    @Test
    void elisPredictsFromTheTextOfThePrompt() {
        Path elis = trained.resolve("elis");
        try (LengthPredictor predictor = ElisPredictor.open(elis, TrainedPredictors.TINY_CHAT)) {
            LengthEstimate brief = predictor.predict(request(false, "cat"), 0);
            LengthEstimate story = predictor.predict(request(true, "cat"), 0);
            assertThat(brief.median()).isLessThan(60);
            assertThat(story.median()).isBetween(100, 512);
            assertThat(story.upper()).isGreaterThanOrEqualTo(story.median());
        }
    }

    @Test
    void refusesTooFewAnswers() {
        PredictorTraining training =
                new PredictorTraining(
                        new PredictorTraining.Plan(
                                PredictorKind.ELIS, TrainedPredictors.TINY_CHAT, 1, 1, 0, 1),
                        (stage, done, total, detail) -> {});
        assertThatThrownBy(() -> training.run(TrainedPredictors.examples(10), folder))
                .hasMessage("examples: 10 (expected: at least 30 answers)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"elis\"|\"oracle\"|predictor: oracle",
                "\"layers\" : 8|\"layers\" : 9|layers.8.bias: missing",
                "\"layers\" : 8|\"layers\" : 7|layers.6.bias",
                "\"layers\" : 8|\"layers\" : 0|layers: 0",
                "\"inputs\" : 386|\"inputs\" : 385|inputs: 385",
                "\"tokenizer_sha256\" : \"|\"tokenizer_sha256\" : \"0|train a predictor for this model",
            })
    void refusesADirectoryThatDoesNotFit(String from, String to, String message)
            throws IOException {
        Path config = copy(PredictorKind.ELIS);
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
        assertThatThrownBy(() -> PredictorFiles.open(folder, MODEL))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesHiddenStatesOfAnotherModel() throws IOException {
        Path config = copy(PredictorKind.HIDDEN_STATE);
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"model_sha256\" : \"", "\"model_sha256\" : \"0"));
        assertThatThrownBy(() -> PredictorFiles.open(folder, MODEL))
                .hasMessageContaining("model_sha256")
                .hasMessageContaining("that of tiny-chat");
    }

    private Path copy(PredictorKind kind) throws IOException {
        for (String file : List.of("config.json", "predictor.safetensors")) {
            Files.copy(trained.resolve(kind.id()).resolve(file), folder.resolve(file));
        }
        return folder.resolve("config.json");
    }

    private static QueuedRequest request(boolean isLong, String thing) {
        try (ModelPromptEncoder encoder = ModelPromptEncoder.open(MODEL, InstantSource.system())) {
            InferenceRequest request =
                    new InferenceRequest(
                            "key",
                            "id",
                            "native",
                            null,
                            TrainedPredictors.prompt(isLong, thing),
                            512,
                            Sampling.GREEDY,
                            StopRules.NONE,
                            InferenceRequest.NO_LOGPROBS,
                            Service.DEFAULT,
                            null,
                            true,
                            0);
            return QueuedRequest.of(request, encoder.encode(request.prompt()), 512);
        }
    }
}
