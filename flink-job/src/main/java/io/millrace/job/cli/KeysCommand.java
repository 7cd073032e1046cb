package io.millrace.job.cli;

import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.KeysFile;
import io.millrace.gateway.access.Limits;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace keys}: keys for the clients of a gateway. */
@Command(
        name = "keys",
        description = "Makes keys for the clients of a gateway.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(add NAME | list) --file FILE")
final class KeysCommand {

    private static final String ROW = "%-24s %-24s %8s %s";

    private final Terminal terminal;

    KeysCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Command(
            name = "add",
            description = {
                "Makes a key and prints it, once: the file keeps only a hash of it, with the limits,",
                "which may be changed there. A gateway follows the file while it runs."
            },
            mixinStandardHelpOptions = true)
    int add(
            @Parameters(paramLabel = "NAME", description = "Whose it is.") String name,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            required = true,
                            description = "Made if there is none.")
                    Path file,
            @Option(
                            names = "--workspace",
                            paramLabel = "NAME",
                            defaultValue = ApiKey.DEFAULT_WORKSPACE,
                            description =
                                    "Keys of a workspace see the same batches. Default:"
                                            + " ${DEFAULT-VALUE}.")
                    String workspace,
            @Option(
                            names = "--weight",
                            paramLabel = "W",
                            defaultValue = "1",
                            description =
                                    "Share of service beside other workspaces' keys, 0.001 to"
                                            + " 1000, where the job's policy is vtc or"
                                            + " vtc-predicted. Default: ${DEFAULT-VALUE}.")
                    double weight)
            throws IOException {
        try {
            ApiKey meaning = new ApiKey(name, workspace, weight, Limits.DEFAULT);
            terminal.line(KeysFile.add(file, meaning, new SecureRandom()));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        return Main.OK;
    }

    @Command(
            name = "list",
            description = "Shows what the keys of a file mean; the keys themselves nobody has.",
            mixinStandardHelpOptions = true)
    int list(
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            required = true,
                            description = "Of the gateway.")
                    Path file)
            throws IOException {
        try {
            terminal.line(ROW.formatted("NAME", "WORKSPACE", "WEIGHT", "REQUESTS PER MINUTE"));
            for (ApiKey key : KeysFile.list(file)) {
                terminal.line(
                        ROW.formatted(
                                key.name(),
                                key.workspace(),
                                key.weight(),
                                key.limits().requestsPerMinute()));
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        return Main.OK;
    }
}
