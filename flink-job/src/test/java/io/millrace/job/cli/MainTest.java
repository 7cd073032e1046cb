package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.ApiKeys;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.access.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir private Path folder;

    @Test
    void withoutACommandItShowsWhatThereIs() {
        CommandLineRun run = run();

        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.out())
                .contains(
                        "demo",
                        "up",
                        "run-batch",
                        "bench",
                        "simulate",
                        "train-predictor",
                        "train-heads",
                        "models",
                        "keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "run-batch",
                "bench",
                "simulate",
                "train-predictor",
                "train-heads",
                "models",
                "keys"
            })
    void everyCommandExplainsItself(String command) {
        CommandLineRun run = run(command, "--help");

        assertThat(run.exitCode()).isEqualTo(Main.OK);
        assertThat(run.out()).startsWith("Usage: millrace " + command);
    }

    @Test
    void versionIsTheBuilds() {
        CommandLineRun run = run("--version");

        assertThat(run.exitCode()).isEqualTo(Main.OK);
        assertThat(run.out()).matches("millrace \\d+\\.\\d+\\.\\d+.*\\R");
    }

    @Test
    void unknownCommandsAndOptionsAreOneSentenceAndAHint() {
        CommandLineRun command = run("dmeo");
        CommandLineRun option = run("run-batch", "--fast");

        assertThat(command.exitCode()).isEqualTo(Main.USAGE);
        assertThat(command.err())
                .isEqualToNormalizingNewlines(
                        """
                        millrace: Unmatched argument at index 0: 'dmeo'
                        millrace: Help: millrace --help
                        """);
        assertThat(option.exitCode()).isEqualTo(Main.USAGE);
        assertThat(option.err()).contains("--input").contains("millrace run-batch --help");
    }

    @Test
    void aKeyIsShownOnceAndKeptAsAHash() throws IOException {
        Path file = folder.resolve("keys.json");
        String key =
                run("keys", "add", "alice", "--weight", "2.5", "--file", file.toString())
                        .out()
                        .strip();

        assertThat(Files.readString(file)).contains("alice").doesNotContain(key);
        assertThat(KeyRing.following(file, ApiKeys.none()).find(key))
                .isEqualTo(new ApiKey("alice", ApiKey.DEFAULT_WORKSPACE, 2.5, Limits.DEFAULT));
        assertThat(run("keys", "list", "--file", file.toString()).out())
                .containsPattern("alice +default +2\\.5 60000")
                .doesNotContain(key);
        CommandLineRun wrong = run("keys", "add", "bob", "--weight", "0", "--file", "" + file);
        assertThat(wrong.exitCode()).isEqualTo(Main.USAGE);
        assertThat(wrong.err()).contains("weight: 0.0 (expected: 0.001 to 1000.0)");
    }

    @Test
    void listsModelsThatAreHereAndThatCanBePulled() {
        CommandLineRun run = run("models", "list");

        assertThat(run.exitCode()).isEqualTo(Main.OK);
        assertThat(run.out())
                .containsPattern("tiny-chat +2\\.9 MB +embedded")
                .contains("millrace models pull smollm2-135m-instruct")
                .doesNotContain("medusa");
    }

    @Test
    void aModelThatIsNowhereIsRefusedWithThoseThatExist() throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{}\n");

        CommandLineRun run = batch(input, "--model", "gpt-9");

        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err())
                .startsWith(
                        "millrace: model: gpt-9 (expected: a folder, a .gguf file, or one of"
                                + " tiny-chat");
    }

    @Test
    void aTruncatedModelIsRefusedByItsFile() throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{}\n");
        Path model = Files.createDirectory(folder.resolve("broken"));
        Path whole = Path.of("../models/tiny-chat");
        for (String file : new String[] {"config.json", "tokenizer.json"}) {
            Files.copy(whole.resolve(file), model.resolve(file));
        }
        byte[] weights = Files.readAllBytes(whole.resolve("model.safetensors"));
        Files.write(model.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));

        CommandLineRun run = batch(input, "--model", model.toString());

        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains("model.safetensors").doesNotContain("\tat ");
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Dengine.dtype=fp7",
                "-Dscheduling.policy=lifo",
                "-Dengine.max-sequence=3",
                "--max-sequences=many",
                "--config=none.yaml"
            })
    void wrongConfigurationIsOneSentenceThatNamesIt(String argument) throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{}\n");

        CommandLineRun run = batch(input, argument);

        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("expected").doesNotContain("Exception");
    }

    private CommandLineRun batch(Path input, String... more) {
        String[] arguments = new String[more.length + 5];
        arguments[0] = "run-batch";
        arguments[1] = "-i";
        arguments[2] = input.toString();
        arguments[3] = "-o";
        arguments[4] = folder.resolve("out.jsonl").toString();
        System.arraycopy(more, 0, arguments, 5, more.length);
        return run(arguments);
    }

    private CommandLineRun run(String... arguments) {
        return CommandLineRun.of(folder.resolve("cache"), arguments);
    }
}
