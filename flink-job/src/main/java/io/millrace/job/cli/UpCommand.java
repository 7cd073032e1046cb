package io.millrace.job.cli;

import io.millrace.job.local.ApiKeyText;
import io.millrace.job.local.LocalService;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ServedModel;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace up}: the whole service in one process, waiting for requests. */
@Command(
        name = "up",
        description = {
            "Starts Kafka, Flink, an engine and the HTTP gateway in this process and waits for",
            "batches. Nothing is kept when it stops."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Installation installation;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Where Kafka listens, on this machine only. Default: ${DEFAULT-VALUE}.")
    private int kafkaPort;

    @Option(
            names = "--dashboard-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Where Flink's dashboard listens. Default: ${DEFAULT-VALUE}.")
    private int dashboardPort;

    @Option(
            names = "--gateway-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description =
                    "Where the HTTP gateway listens, on this machine only. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int gatewayPort;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "What clients of the gateway must send. Default: a fresh one, printed.")
    private @Nullable String apiKey;

    UpCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        Configuration configuration = common.configuration(installation.catalog());
        JobSettings settings = JobSettings.from(configuration);
        ServedModel model = ServedModel.open(settings.engine());
        terminal.note("Loading " + model.model().name() + ", starting Kafka and Flink ...");
        LocalService.Ports ports = new LocalService.Ports(kafkaPort, dashboardPort, gatewayPort);
        ApiKeyText key = ApiKeyText.of(apiKey, new SecureRandom());
        try (WarmEngine engine = WarmEngine.load(model.model());
                LocalService service =
                        LocalService.start(configuration, engine.model(), ports, key)) {
            Services.announce(terminal, service, key);
            Services.waitForInterruption(terminal, service, model.model().name(), key);
        }
        return Main.OK;
    }
}
