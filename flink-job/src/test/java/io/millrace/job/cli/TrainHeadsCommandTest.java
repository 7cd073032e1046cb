package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainHeadsCommandTest {

    @TempDir private Path folder;

    @Test
    void trainsAndSaysHowToUseWhatItTrained() throws IOException {
        Path report = folder.resolve("report.json");
        CommandLineRun run =
                train(
                        prompts("sea", "tea", "sun"),
                        "--kind=eagle",
                        "--steps=2",
                        "--answer-tokens=12",
                        "--vocabulary=300",
                        "--threads=1",
                        "--report=" + report);

        assertThat(run.err()).doesNotContain("millrace:");
        assertThat(run.exitCode()).isEqualTo(Main.OK);
        assertThat(run.out())
                .startsWith("eagle for tiny-chat from 2 answers")
                .contains("in 2 steps", "tokens per step", "accepted by depth");
        Path heads = folder.resolve("heads");
        assertThat(run.err())
                .contains("answering: 3 of 3 requests", "training: 2 of 2 steps, loss ")
                .contains("after step 2, held out: ")
                .contains(
                        "--speculation eagle --draft "
                                + heads
                                + " -D engine.speculation.vocabulary=300");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.get("words").asInt()).isEqualTo(300);
        assertThat(json.at("/heldOut/acceptance")).hasSize(5);
        assertThat(heads.resolve("model.safetensors")).exists();
        assertThat(heads.resolve("draft_vocabulary.json")).exists();
    }

    @Test
    void refusesInASentenceThatNamesWhatIsWrong() throws IOException {
        Path none = folder.resolve("none.jsonl");
        Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
        Path noRequest = Files.writeString(folder.resolve("other.jsonl"), "{\"text\":1}\n");
        Path prompts = prompts("sea", "tea");

        assertRefused(train(none, "--kind=eagle"), "--prompts: " + none + ": cannot be read");
        assertRefused(train(empty, "--kind=eagle"), "--prompts: " + empty + ": empty (expected:");
        assertRefused(train(noRequest, "--kind=eagle"), "line 1: ", "(expected: a request)");
        assertRefused(train(prompts("sea"), "--kind=eagle"), "prompts: 1 of 1 can be used");
        assertRefused(train(prompts, "--kind=hydra"), "hydra");
        assertRefused(train(prompts, "--kind=medusa", "--depth=99"), "depth: 99 (expected: 1 to");
        assertRefused(
                train(prompts, "--kind=eagle", "--from=" + folder.resolve("nowhere")),
                "nowhere: no such directory");
        Files.writeString(Files.createDirectory(folder.resolve("heads")).resolve("a.txt"), "mine");
        assertRefused(train(prompts, "--kind=eagle"), "heads holds other files (expected:");
    }

    private static void assertRefused(CommandLineRun run, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains(parts).doesNotContain("\tat ");
    }

    private Path prompts(String... things) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String thing : things) {
            lines.add(
                    "{\"id\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about the %s.\"}]}"
                            .formatted(thing, thing));
        }
        return Files.write(folder.resolve("prompts-" + things.length + ".jsonl"), lines);
    }

    private CommandLineRun train(Path prompts, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "train-heads",
                                "--prompts",
                                prompts.toString(),
                                "-o",
                                folder.resolve("heads").toString()));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(folder.resolve("cache"), arguments.toArray(new String[0]));
    }
}
