package io.millrace.job.cli;

import io.millrace.job.catalog.ModelCatalog;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.EngineOptions;
import io.millrace.job.options.SchedulingOptions;
import io.millrace.job.options.SpeculationOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command with an engine takes; they end in one configuration. */
final class CommonOptions {

    @Option(
            names = "--model",
            paramLabel = "DIR|FILE|NAME",
            description =
                    "Model folder, .gguf file, or a name of 'millrace models list'. Default: the"
                            + " embedded tiny-chat.")
    @Nullable String model;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description =
                    "Who starts next: a policy of docs/scheduling.md, for example fcfs, sjf or isrtf."
                            + " Default: bucketserve.")
    @Nullable String policy;

    @Option(
            names = "--max-sequences",
            paramLabel = "N",
            description = "The most sequences that generate at the same time. Default: 64.")
    @Nullable String maxSequences;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "The most threads of the engine. Default: all cores.")
    @Nullable String threads;

    @Option(
            names = "--dtype",
            paramLabel = "NAME",
            description = "Form of the weights: auto, fp32, bf16, int8. Default: auto.")
    @Nullable String dtype;

    @Option(
            names = "--speculation",
            paramLabel = "NAME",
            description = "How tokens are drafted, see docs/speculation.md. Default: none.")
    @Nullable String speculation;

    @Option(
            names = "--draft",
            paramLabel = "DIR",
            description =
                    "Weights of the drafter, where the method has any; may be given several times"
                            + " with draft-model and auto.")
    @Nullable List<String> drafts;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes what the run did as one JSON object.")
    @Nullable Path report;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file of options, see docs/options.md.")
    @Nullable Path config;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "Sets any option of docs/options.md or of Flink; wins over --config.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--verbose", description = "Shows the log on the console too.")
    void setVerbose(boolean verbose) {
        if (verbose) {
            System.setProperty("millrace.log.console", "INFO");
        }
    }

    /** Everything that was set: file, then {@code -D}, then the named options. */
    Configuration configuration() {
        Configuration all = config == null ? new Configuration() : ConfigurationFiles.read(config);
        all.addAll(ConfigurationFiles.of(settings));
        set(all, EngineOptions.MODEL, model);
        set(all, SchedulingOptions.POLICY, policy);
        set(all, EngineOptions.MAX_SEQUENCES, maxSequences);
        set(all, EngineOptions.THREADS, threads);
        set(all, EngineOptions.DTYPE, dtype);
        set(all, SpeculationOptions.METHOD, speculation);
        set(all, SpeculationOptions.DRAFT, drafts == null ? null : String.join(";", drafts));
        return all;
    }

    /** The same with the model's name resolved to its place. */
    Configuration configuration(ModelCatalog catalog) {
        Configuration all = configuration();
        Path path =
                all.getOptional(EngineOptions.MODEL)
                        .map(catalog::resolve)
                        .orElseGet(catalog::byDefault);
        all.set(EngineOptions.MODEL, path.toString());
        return all;
    }

    /** Kept as text, so that a wrong value is refused by the option's own rule. */
    private static void set(
            Configuration configuration, ConfigOption<?> option, @Nullable String value) {
        if (value != null) {
            configuration.setString(option.key(), value);
        }
    }
}
