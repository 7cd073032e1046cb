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
        synopsisSubcommandLabel = "add NAME --file FILE")
final class KeysCommand {

    private final Terminal terminal;

    KeysCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Command(
            name = "add",
            description = {
                "Makes a key and prints it, once: the file keeps only a hash of it, with the limits,",
                "which may be changed there. A gateway reads the file when it starts."
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
                    String workspace)
            throws IOException {
        try {
            ApiKey meaning = new ApiKey(name, workspace, Limits.DEFAULT);
            terminal.line(KeysFile.add(file, meaning, new SecureRandom()));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        return Main.OK;
    }
}
