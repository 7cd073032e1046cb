package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.options.ConfigurationException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which gateway the commands of a client talk to. */
final class GatewayOptions {

    private static final String DEFAULT_URL = "http://localhost:8080";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Of the gateway. Default: MILLRACE_URL, else " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "Default: MILLRACE_API_KEY, which other users of the machine cannot see.")
    private @Nullable String key;

    BatchClient client(Map<String, String> environment) {
        String base = url == null ? environment.getOrDefault("MILLRACE_URL", DEFAULT_URL) : url;
        String apiKey = key == null ? environment.getOrDefault("MILLRACE_API_KEY", "") : key;
        if (apiKey.isBlank()) {
            throw new ConfigurationException(
                    "--api-key: none (expected: a key, or MILLRACE_API_KEY in the environment)");
        }
        return new BatchClient(checked(base), apiKey);
    }

    private static URI checked(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && uri.getScheme().matches("https?")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw refusal(url);
        }
        throw refusal(url);
    }

    private static ConfigurationException refusal(String url) {
        return new ConfigurationException(
                "--url: %s (expected: http://host:port or https://host:port)".formatted(url));
    }
}
