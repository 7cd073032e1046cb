package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.client.BatchStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace status}: how far a batch is. */
@Command(
        name = "status",
        description = "Prints how far a batch is.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private GatewayOptions gateway = new GatewayOptions();

    @Parameters(paramLabel = "ID", description = "As submit printed it.")
    private String id;

    @Option(names = "--wait", description = "Shows progress until the batch has ended.")
    private boolean wait;

    @SuppressWarnings("NullAway.Init") // picocli sets what is required, or refuses.
    StatusCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BatchClient client = gateway.client(System.getenv());
        BatchStatus status = client.status(id);
        if (wait) {
            BatchWatch.untilEnded(terminal, client, status);
        } else {
            terminal.line(status.summary());
        }
        return Main.OK;
    }
}
