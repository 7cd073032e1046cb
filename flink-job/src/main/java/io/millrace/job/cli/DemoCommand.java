package io.millrace.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.job.local.LocalService;
import io.millrace.job.local.RunReport;
import io.millrace.job.local.SampleRequests;
import io.millrace.job.local.TopicClient;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.EngineOptions;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ServedModel;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace demo}: the whole service with sample requests, for a first look. */
@Command(
        name = "demo",
        description = {
            "Starts Kafka, Flink and an engine in this process, asks sample questions through",
            "Kafka and prints the answers as they arrive. Needs nothing else on the machine."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private static final int DASHBOARD_PORT = 8081;
    private static final Duration POLL = Duration.ofMillis(200);

    /** Results are seen at checkpoints: often enough that one watches them come. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final Installation installation;
    private final JsonMapper json = JsonMapper.builder().build();

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--keep", description = "Leaves everything running until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--offline",
            description = "Fetches nothing: without a model in the cache, tiny-chat answers.")
    private boolean offline;

    DemoCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        Configuration configuration = configuration();
        JobSettings settings = JobSettings.from(configuration);
        ServedModel model = ServedModel.open(settings.engine());
        terminal.note("Loading " + model.model().name() + ", starting Kafka and Flink ...");
        LocalService.Ports ports =
                new LocalService.Ports(0, LocalService.Ports.freeOr(DASHBOARD_PORT));
        try (WarmEngine engine = WarmEngine.load(model.model());
                LocalService service = LocalService.start(configuration, engine.model(), ports)) {
            Services.announce(terminal, service);
            ask(service, SampleRequests.load());
            RunReport report =
                    RunReport.of(service.job().report(), Services.labels(settings, model, engine));
            Reports.show(terminal, report);
            Reports.save(report, common.report);
            if (keep) {
                Services.waitForInterruption(terminal, service);
            } else {
                terminal.note(
                        "The dashboard was at %s; --keep leaves it running."
                                .formatted(service.dashboard()));
            }
        }
        return Main.OK;
    }

    private Configuration configuration() throws InterruptedException {
        Configuration configuration = common.configuration();
        if (configuration.contains(EngineOptions.MODEL)) {
            configuration = common.configuration(installation.catalog());
        } else {
            DemoModel choice = new DemoModel(terminal, installation);
            Path model = offline ? choice.chooseOffline() : choice.choose();
            configuration.set(EngineOptions.MODEL, model.toString());
        }
        if (!configuration.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
            configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        }
        return configuration;
    }

    private void ask(LocalService service, SampleRequests sample) throws Exception {
        Set<String> open = new HashSet<>(sample.questions().keySet());
        int total = open.size();
        try (TopicClient client = new TopicClient(service.kafka());
                Progress progress = Progress.of(terminal, "demo", total, Progress.Unit.REQUESTS)) {
            terminal.note(
                    "Asking %d questions on %s; the answers come on %s."
                            .formatted(
                                    total,
                                    service.kafka().topics().requests(),
                                    service.kafka().topics().results()));
            client.send(sample.lines().values());
            while (!open.isEmpty()) {
                for (String line : client.results(POLL)) {
                    JsonNode result = json.readTree(line);
                    String id = result.path("id").asText();
                    if (open.remove(id)) {
                        print(sample.questions().getOrDefault(id, id), result);
                    }
                }
                Report report = service.job().report();
                progress.update(
                        (long) total - open.size(),
                        report.get(Figure.OUTPUT_TOKENS) + " tokens written");
                if (service.job().await(Duration.ZERO)) {
                    throw new IOException("the job ended before every question had its answer");
                }
            }
        }
    }

    private void print(String question, JsonNode result) {
        String answer =
                result.path("output").isObject()
                        ? result.at("/output/text").asText()
                        : "(" + result.at("/error/message").asText() + ")";
        terminal.line("Q: " + question);
        terminal.line("A: " + answer.strip());
        terminal.line("");
    }
}
