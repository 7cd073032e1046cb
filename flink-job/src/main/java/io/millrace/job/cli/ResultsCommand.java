package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.options.ConfigurationException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace results}: what came of a batch. */
@Command(
        name = "results",
        description = {
            "Downloads the results of a batch that has ended, one JSON object per line. A download",
            "that was interrupted goes on where it was when the command is given again."
        },
        mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private GatewayOptions gateway = new GatewayOptions();

    @Parameters(paramLabel = "ID", description = "As submit printed it.")
    private String id;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to. Default: ID.FORMAT here.")
    private @Nullable Path output;

    @Option(
            names = "--in-order-of",
            paramLabel = "FILE",
            description =
                    "Puts results in the order of the requests in the file that was submitted."
                            + " Default: the order in which they came.")
    private @Nullable Path requests;

    @Option(
            names = "--format",
            paramLabel = "jsonl|arrow|parquet",
            defaultValue = "jsonl",
            description = {
                "jsonl is what the API returns; arrow (an IPC stream) and parquet have columns, for",
                "analysis, and need a job with batches.arrow-results. Default: ${DEFAULT-VALUE}."
            })
    private FileFormat format = FileFormat.JSONL;

    @SuppressWarnings("NullAway.Init") // picocli sets what is required, or refuses.
    ResultsCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BatchClient client = gateway.client(System.getenv());
        Path target = output == null ? Path.of(client.status(id).id() + format.suffix()) : output;
        if (format != FileFormat.JSONL) {
            if (requests != null) {
                throw new ConfigurationException(
                        "--in-order-of: %s (expected: none with --format %s, which is in the order"
                                        .formatted(requests, format.suffix().substring(1))
                                + " in which results came)");
            }
            Downloads.columns(terminal, client, id, format, target);
        } else if (requests == null) {
            Downloads.asTheyCame(terminal, client, id, target);
        } else {
            Downloads.inOrderOf(terminal, client, id, requests, target);
        }
        return Main.OK;
    }
}
