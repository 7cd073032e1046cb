package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.predict.PredictorFiles;
import io.millrace.gpu.predict.PredictorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainPredictorCommandTest {

    private static final Path MODEL = Path.of("../models/tiny-chat");

    @TempDir private Path folder;

    @Test
    void trainsOnMeasuredLengthsAndSaysHowGoodItIs() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            boolean isLong = i % 2 == 0;
            rows.append(
                    "{\"prompt\": \"%s %d\", \"output_tokens\": %d, \"truncated\": %b}%n"
                            .formatted(
                                    isLong ? "Tell me a long story about" : "Is it more than",
                                    i,
                                    isLong ? 100 + i : 4 + i % 5,
                                    i > 50));
        }
        Path data = Files.writeString(folder.resolve("data.jsonl"), rows);
        Path output = folder.resolve("predictor");
        CommandLineRun run = run("--data", data.toString(), "-o", output.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(Main.OK);
        assertThat(run.out())
                .contains("at arrival, hidden-state")
                .contains("at arrival, histogram");
        assertThat(run.err())
                .contains("60 answers, 9 of them cut")
                .contains("prediction.directory=");
        assertThat(PredictorFiles.open(output, ModelDirectory.open(MODEL)).kind())
                .isEqualTo(PredictorKind.HIDDEN_STATE);
        assertThat(output.resolve("report.json")).content().contains("\"at_arrival\"");
    }

    @Test
    void refusesWhatItCannotLearnFrom() throws IOException {
        assertThat(run("-o", "out").err()).startsWith("millrace: --data: null, --results: null");
        Path data = Files.writeString(folder.resolve("data.jsonl"), "{\"prompt\": \"a\"}\n");
        assertThat(run("--data", data.toString(), "-o", "out").err())
                .contains("(expected: prompt, output_tokens and truncated)");
        Files.writeString(data, "no json\n");
        CommandLineRun run = run("--data", data.toString(), "-o", "out");
        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err())
                .contains("data.jsonl, line 1: ")
                .contains("(expected: a JSON object)");
    }

    private CommandLineRun run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "train-predictor";
        all[1] = "--model";
        all[2] = MODEL.toAbsolutePath().normalize().toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return CommandLineRun.of(folder, all);
    }
}
