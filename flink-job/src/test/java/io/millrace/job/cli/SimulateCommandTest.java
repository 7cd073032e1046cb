package io.millrace.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.engine.StepSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {

    @TempDir private Path folder;

    @Test
    void comparesPoliciesInATableAReportAndPlots() throws IOException {
        Path report = folder.resolve("report.json");
        CommandLineRun run =
                run(
                        "--policy", "fcfs,isrtf(ageing=2)",
                        "--load", "0.5,2",
                        "--tenants", "2",
                        "--report", report.toString(),
                        "--plots", folder.resolve("plots").toString());

        assertThat(run.err()).doesNotContain("millrace:");
        assertThat(run.exitCode()).isEqualTo(Main.OK);
        assertThat(run.out().lines()).hasSize(5);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.get("runs")).hasSize(4);
        assertThat(json.at("/runs/3/result/policy").asText()).isEqualTo("isrtf(ageing=2)");
        assertThat(json.at("/runs/3/result/requests").asInt()).isEqualTo(60);
        assertThat(json.at("/runs/0/result/jct_ms/p99").asDouble()).isPositive();
        assertThat(json.at("/engine/time/base_ms").asDouble()).isPositive();
        for (String plot :
                List.of(
                        "jct",
                        "ttft",
                        "kv-occupancy",
                        "fairness-gap",
                        "goodput",
                        "slo-attainment")) {
            Path file = folder.resolve("plots").resolve(plot + ".png");
            assertThat(ImageIO.read(file.toFile()).getWidth()).as(plot).isEqualTo(1_100);
        }
    }

    @Test
    void refusesBeforeSimulatingWhatItDoesNotKnow() throws IOException {
        assertThat(run("--policy", "fcfs,best").err())
                .startsWith("millrace: policy: best (expected: one of fcfs, sjf,");
        assertThat(run("--policy", "isrtf(speed=1)").err())
                .startsWith("millrace: policy: isrtf(speed) (expected: one of ageing, margin)");
        assertThat(run("--engine", "tpu").err()).startsWith("millrace: engine: tpu (expected:");
        assertThat(run("--step-time", "1,2").err()).startsWith("millrace: --step-time: [1.0, 2.0]");
        CommandLineRun run = run("--predictor", "magic");
        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err()).startsWith("millrace: predictor: magic (expected: oracle,");
    }

    @Test
    void namesTheLineOfATraceThatIsWrong() throws IOException {
        Path trace = folder.resolve("bad.csv");
        Files.writeString(
                trace, "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,many,4\n");

        CommandLineRun run = CommandLineRun.of(folder, "simulate", "--trace", trace.toString());
        assertThat(run.exitCode()).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains("bad.csv: line 2: 2023-11-16 18:15:46,many,4 (expected:");
        assertThat(CommandLineRun.of(folder, "simulate", "--trace", "nowhere.csv").err())
                .startsWith("millrace: --trace: nowhere.csv (expected: a file that exists)");
    }

    @Test
    void simulatesTheEngineOfARunAndSaysHowFarItIsOff() throws IOException {
        // A run of 60 requests of 40 + 20 tokens, 8 at a time, of an engine whose steps take
        // 10 + 0.5 * prompt + 0.2 * answer milliseconds.
        StepSums sums = StepSums.NONE;
        for (int i = 0; i < 300; i++) {
            long prefill = i % 5 == 0 ? 40L * (i % 3) : 0;
            long answers = 1L + i % 8;
            long micros = 10_000 + 500 * prefill + 200 * answers;
            sums = sums.plus(prefill, answers, answers * (40 + i % 20), micros);
        }
        Path report = folder.resolve("run.json");
        Files.writeString(
                report,
                """
                {"policy": "fcfs", "wall_seconds": 3.0, "jct_ms": {"mean": 1500.0},
                 "step_log": {"sums": %s, "kv_tokens": 4096, "max_sequences": 8,
                 "token_budget": 256}}
                """
                        .formatted(sums.products()));
        StringBuilder results = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            results.append(
                    """
                    {"id":"%d","status":"succeeded","model":"m","output":{"text":"\"usage\":{\"input_tokens\":9"},"usage":{"input_tokens":40,"output_tokens":20,"cached_tokens":0},"error":null,"timing":{"arrival_ms":7,"started_ms":%d,"first_token_ms":9,"finished_ms":10}}
                    """
                            .formatted(i, 100 - i));
        }
        Path trace = folder.resolve("results.jsonl");
        Files.writeString(trace, results);
        CommandLineRun run =
                CommandLineRun.of(
                        folder,
                        "simulate",
                        "--trace",
                        trace.toString(),
                        "--fit",
                        report.toString(),
                        "--arrivals",
                        "once",
                        "--policy",
                        "fcfs,sjf");
        assertThat(run.err()).doesNotContain("millrace:");
        assertThat(run.out())
                .contains("step = 10.000 + 0.5000*prompt + 0.2000*answer + 0.000000*context ms")
                .contains("from 300 steps, R2 1.000")
                .containsPattern("fcfs: makespan [0-9.]+ s simulated, 3.0 s measured")
                .doesNotContain("sjf: makespan");
        Files.writeString(report, "{}");
        assertThat(
                        CommandLineRun.of(
                                        folder,
                                        "simulate",
                                        "--trace",
                                        trace.toString(),
                                        "--fit",
                                        report.toString())
                                .err())
                .startsWith("millrace: --fit: ")
                .contains("(expected: a report of run-batch or bench)");
    }

    private CommandLineRun run(String... arguments) throws IOException {
        Path trace = folder.resolve("trace.csv");
        StringBuilder lines = new StringBuilder("num_prefill_tokens,num_decode_tokens\n");
        for (int i = 0; i < 60; i++) {
            lines.append(100 + 17 * i % 900).append(',').append(5 + 31 * i % 200).append('\n');
        }
        Files.writeString(trace, lines);
        List<String> all = new ArrayList<>(List.of("simulate", "--trace", trace.toString()));
        all.addAll(List.of(arguments));
        return CommandLineRun.of(folder, all.toArray(String[]::new));
    }
}
