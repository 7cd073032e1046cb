package io.millrace.job.topology;

import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FlinkException;

/**
 * The entry point for {@code flink run}: the job between the topics of a Kafka cluster. Options
 * come from Flink's own configuration ({@code flink run -Dkey=value}), then from {@code --config
 * FILE}, then from {@code -D key=value} behind the jar, the last winning.
 */
public final class MillraceJob {

    private MillraceJob() {}

    /**
     * Builds the job and submits it to the cluster that {@code flink run} chose.
     *
     * @throws FlinkException in one sentence if the configuration, the model or the topics are not
     *     as they must be; nothing was submitted then
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        Configuration configuration = Configuration.fromMap(environment.getConfiguration().toMap());
        try {
            Configuration own = arguments(args);
            configuration.addAll(own);
            environment.configure(own);
            JobSettings settings = JobSettings.from(configuration);
            ServedModel model = ServedModel.open(settings.engine());
            JobGraphs.build(environment, settings, model.model(), KafkaEndpoints.of(settings));
        } catch (ConfigurationException
                | ModelFormatException
                | KafkaCluster.Unreachable
                | IllegalArgumentException e) {
            throw new FlinkException("Millrace was not started: " + e.getMessage(), e);
        }
        environment.execute("millrace");
    }

    /** {@code --config FILE} and {@code -D key=value}, also written {@code -Dkey=value}. */
    static Configuration arguments(String[] args) {
        Configuration file = new Configuration();
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            String argument = args[i];
            if (argument.equals("--config") && i + 1 < args.length) {
                i++;
                file = ConfigurationFiles.read(Path.of(args[i]));
            } else if (argument.equals("-D") && i + 1 < args.length) {
                i++;
                put(settings, args[i]);
            } else if (argument.startsWith("-D")) {
                put(settings, argument.substring(2));
            } else {
                throw new ConfigurationException(
                        "argument: %s (expected: --config FILE or -D key=value)"
                                .formatted(argument));
            }
        }
        file.addAll(ConfigurationFiles.of(settings));
        return file;
    }

    private static void put(Map<String, String> settings, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new ConfigurationException("-D: %s (expected: key=value)".formatted(text));
        }
        settings.put(text.substring(0, equals), text.substring(equals + 1));
    }
}
