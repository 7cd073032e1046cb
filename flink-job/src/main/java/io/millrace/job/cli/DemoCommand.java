package io.millrace.job.cli;

import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.job.local.ApiKeyText;
import io.millrace.job.local.LocalService;
import io.millrace.job.local.RunReport;
import io.millrace.job.local.SampleRequests;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.EngineOptions;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ServedModel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
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
            "Starts Kafka, Flink, an engine and the HTTP gateway in this process, submits sample",
            "questions as a batch and prints the answers. Needs nothing else on the machine."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private static final int DASHBOARD_PORT = 8081;
    private static final int GATEWAY_PORT = 8080;

    /** Results are seen at checkpoints: often enough that one watches them come. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final Installation installation;

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
                new LocalService.Ports(
                        EmbeddedKafka.ANY_PORT,
                        LocalService.Ports.freeOr(DASHBOARD_PORT),
                        LocalService.Ports.freeOr(GATEWAY_PORT));
        ApiKeyText key = ApiKeyText.of(null, new SecureRandom());
        try (WarmEngine engine = WarmEngine.load(model.model());
                LocalService service =
                        LocalService.start(configuration, engine.model(), ports, key)) {
            String name = model.model().name();
            Services.announce(terminal, service, key);
            new DemoBatch(terminal, service, key).ask(SampleRequests.load(), name);
            RunReport report =
                    RunReport.of(service.job().report(), Services.labels(settings, model, engine));
            Reports.show(terminal, report);
            Reports.save(report, common.report);
            if (keep) {
                Services.waitForInterruption(terminal, service, name, key);
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
}
