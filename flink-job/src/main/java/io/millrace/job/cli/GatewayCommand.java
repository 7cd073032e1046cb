package io.millrace.job.cli;

import io.millrace.gateway.GatewaySettings.Listen;
import io.millrace.gateway.GatewaySettings.Tls;
import io.millrace.gateway.access.ApiKeys;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.job.local.ApiKeyText;
import io.millrace.job.local.FileSystems;
import io.millrace.job.local.LocalGateway;
import io.millrace.job.local.PromptCounter;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.FrontSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace gateway}: the HTTP front door alone, for a standing Kafka and a standing job. */
@Command(
        name = "gateway",
        description = {
            "Starts a gateway in front of a job that runs elsewhere. It keeps no state: start as many",
            "as you like. Kafka and the folder of results are options of the job, see docs/options.md."
        },
        mixinStandardHelpOptions = true)
final class GatewayCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Installation installation;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file of options: the job's own will do.")
    private @Nullable Path config;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "Sets any option of docs/options.md; wins over --config.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Interface to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where it listens. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Folder of uploaded files; gateways side by side share it.")
    private Path data;

    @Option(
            names = "--model",
            paramLabel = "DIR|FILE|NAME",
            description =
                    "The model of the job, of which the tokenizer is loaded for count_tokens."
                            + " Default: none, and count_tokens answers 404.")
    private @Nullable String model;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description =
                    "Hashed API keys, made by 'millrace keys'; a change is taken up within seconds.")
    private @Nullable Path keys;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "One more key. Default: a fresh one, printed, unless --keys is given.")
    private @Nullable String apiKey;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = "As clients see it. Default: what their calls say.")
    private @Nullable URI publicUrl;

    @Option(
            names = "--dashboard-url",
            paramLabel = "URL",
            description = "Flink's dashboard, for a link in the console. Default: no link.")
    private @Nullable URI dashboardUrl;

    @Option(
            names = "--tls-certificates",
            paramLabel = "FILE",
            description = "PEM; with --tls-key, HTTPS instead of HTTP.")
    private @Nullable Path certificates;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM, not encrypted.")
    private @Nullable Path tlsKey;

    @SuppressWarnings("NullAway.Init") // picocli sets what is required or has a default.
    GatewayCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        try {
            run();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        return Main.OK;
    }

    private void run() throws Exception {
        Configuration options =
                config == null ? new Configuration() : ConfigurationFiles.read(config);
        options.addAll(ConfigurationFiles.of(settings));
        FrontSettings front = FrontSettings.from(options);
        FileSystems.register(options);
        KeyRing known = apiKeys();
        Set<String> names = new TreeSet<>(front.requests().modelNames());
        PromptCounter counter = null;
        if (model != null) {
            Path place = installation.catalog().resolve(model);
            names.add(ModelDirectory.open(place).name());
            counter = PromptCounter.open(place, front.requests(), names);
        }
        LocalGateway.Front gateway =
                new LocalGateway.Front(
                        new Listen(host, port, publicUrl, tls()),
                        data.toAbsolutePath(),
                        known,
                        List.copyOf(names),
                        dashboardUrl,
                        counter);
        CountDownLatch ended = new CountDownLatch(1);
        try (LocalGateway running = LocalGateway.start(front.kafka(), front.batches(), gateway);
                Interruption interruption = Interruption.during(running::close)) {
            terminal.note("Gateway: " + running.address());
            ended.await(); // Until the process is asked to end.
        }
    }

    private @Nullable Tls tls() {
        if (certificates == null && tlsKey == null) {
            return null;
        }
        if (certificates == null || tlsKey == null) {
            throw new ConfigurationException(
                    "--tls-certificates, --tls-key: one of them (expected: both or none)");
        }
        return new Tls(certificates, tlsKey);
    }

    private KeyRing apiKeys() {
        if (keys != null && apiKey == null) {
            return following(keys, ApiKeys.none());
        }
        ApiKeyText key = ApiKeyText.of(apiKey, new SecureRandom());
        if (key.fresh()) {
            terminal.note("API key: " + key.value());
        }
        return keys == null ? KeyRing.of(key.keys()) : following(keys, key.keys());
    }

    private static KeyRing following(Path file, ApiKeys others) {
        try {
            return KeyRing.following(file, others);
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
