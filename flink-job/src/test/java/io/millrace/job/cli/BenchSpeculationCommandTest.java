package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchSpeculationCommandTest {

    @TempDir private Path folder;
    private Path prompts = Path.of("");

    @BeforeEach
    void writePrompts() throws IOException {
        prompts = folder.resolve("prompts.jsonl");
        Files.writeString(
                prompts,
                """
                {"id":"1","messages":[{"role":"user","content":"Hello"}],"max_tokens":1}
                {"id":"2","messages":[{"role":"user","content":"Count to three"}],"max_tokens":1}
                """);
    }

    @Test
    void comparesInATableAReportAndAPlot() throws IOException {
        Path report = folder.resolve("report.json");
        Path plot = folder.resolve("plot.png");
        CommandLineRun run =
                run(
                        "--speculation", "prompt-lookup",
                        "--sequences", "1,3",
                        "--rounds", "2",
                        "--output-tokens", "12",
                        "-D", "engine.speculation.planner=fixed",
                        "--report", report.toString(),
                        "--plot", plot.toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(Main.OK);
        assertThat(run.out().lines()).hasSize(3);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.get("speculation").asText()).startsWith("prompt-lookup");
        assertThat(json.get("levels")).hasSize(2);
        assertThat(json.at("/levels/1/sequences").asInt()).isEqualTo(3);
        assertThat(json.at("/levels/1/plain")).hasSize(2);
        assertThat(json.at("/levels/1/speculating")).hasSize(2);
        assertThat(json.at("/levels/1/speed_up").asDouble()).isPositive();
        assertThat(json.at("/levels/1/tokens_per_step").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(ImageIO.read(plot.toFile()).getWidth()).isEqualTo(1_100);
    }

    @Test
    void refusesNothingToMeasure() throws IOException {
        assertThat(run("--rounds", "0").err()).startsWith("millrace: --rounds: 0 (expected:");
        assertThat(run("--sequences", "1,0").err())
                .startsWith("millrace: --sequences: 0 (expected:");
    }

    private CommandLineRun run(String... options) throws IOException {
        String[] all = new String[options.length + 3];
        all[0] = "bench-speculation";
        all[1] = "--prompts";
        all[2] = prompts.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return CommandLineRun.of(folder.resolve("cache"), all);
    }
}
