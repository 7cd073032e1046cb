package io.millrace.job.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace cancel}: ends a batch early. */
@Command(
        name = "cancel",
        description = "Ends a batch early; results that are there stay.",
        mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private GatewayOptions gateway = new GatewayOptions();

    @Parameters(paramLabel = "ID", description = "As submit printed it.")
    private String id;

    @SuppressWarnings("NullAway.Init") // picocli sets what is required, or refuses.
    CancelCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        terminal.line(gateway.client(System.getenv()).cancel(id).summary());
        return Main.OK;
    }
}
