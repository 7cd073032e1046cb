package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.client.BatchStatus;
import io.millrace.job.options.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace submit}: a file of requests becomes a batch. */
@Command(
        name = "submit",
        description = {
            "Submits a file to a gateway as a batch and prints the batch's id. The first line tells",
            "what all lines are: entries of the Message Batches API {\"custom_id\",\"params\"}, OpenAI's",
            "{\"custom_id\",\"url\",\"body\"}, or Millrace's own {\"id\",\"messages\"}, which are written as",
            "OpenAI's and answered in that form."
        },
        mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private GatewayOptions gateway = new GatewayOptions();

    @Parameters(paramLabel = "FILE", description = "JSON lines.")
    private Path file;

    @Option(names = "--wait", description = "Shows progress until the batch has ended.")
    private boolean wait;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Waits and downloads the results, in the order of the requests.")
    private @Nullable Path output;

    @SuppressWarnings("NullAway.Init") // picocli sets what is required, or refuses.
    SubmitCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ConfigurationException(
                    "FILE: %s (expected: a file that can be read)".formatted(file));
        }
        BatchClient client = gateway.client(System.getenv());
        BatchStatus submitted = submit(client);
        terminal.line(submitted.id());
        if (wait || output != null) {
            BatchWatch.untilEnded(terminal, client, submitted);
        }
        if (output != null) {
            Downloads.inOrderOf(terminal, client, submitted.id(), file, output);
        }
        return Main.OK;
    }

    private BatchStatus submit(BatchClient client) throws Exception {
        try {
            return client.submit(file);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
