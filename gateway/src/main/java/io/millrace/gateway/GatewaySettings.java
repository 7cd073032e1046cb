package io.millrace.gateway;

import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.intake.BatchRules;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.results.ResultFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway is told when it starts. Immutable.
 *
 * @param instance of this gateway, different for each that runs on the same brokers and the same
 *     when it starts again
 * @param models names of what the job serves, for {@code GET /v1/models}
 * @param dashboard Flink's, as the browser of a user of the console reaches it; null to show none
 */
public record GatewaySettings(
        Listen listen,
        KafkaLink kafka,
        String instance,
        Folders folders,
        KeyRing keys,
        BatchRules rules,
        RequestLimits limits,
        List<String> models,
        @Nullable URI dashboard) {

    public GatewaySettings {
        models = List.copyOf(models);
        if (!instance.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "gateway instance: %s (expected: 1 to 100 of a-z A-Z 0-9 . _ -)"
                            .formatted(instance));
        }
    }

    /** With the usual rules and limits; the instance is named by the port. */
    public static GatewaySettings of(
            Listen listen,
            KafkaLink kafka,
            Folders folders,
            KeyRing keys,
            List<String> models,
            @Nullable URI dashboard) {
        return new GatewaySettings(
                listen,
                kafka,
                "port-" + listen.port(),
                folders,
                keys,
                BatchRules.DEFAULT,
                RequestLimits.DEFAULT,
                models,
                dashboard);
    }

    /**
     * Where clients connect.
     *
     * @param host name or address of the interface
     * @param port 0 for any that is free
     * @param publicUrl as clients see it; null to take their calls' word
     * @param tls null for plain HTTP
     */
    public record Listen(String host, int port, @Nullable URI publicUrl, @Nullable Tls tls) {

        public Listen {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException(
                        "gateway port: %d (expected: 0 to 65535)".formatted(port));
            }
        }

        /** Plain HTTP. */
        public static Listen plain(String host, int port) {
            return new Listen(host, port, null, null);
        }
    }

    /**
     * Files in PEM.
     *
     * @param certificates the server's and those between it and a root
     * @param key not encrypted
     */
    public record Tls(Path certificates, Path key) {}

    /**
     * Where files lie.
     *
     * @param results as the job writes them
     * @param uploads files of OpenAI's API; gateways that run side by side share it
     * @param spool for bodies that are still arriving; needs no more room than these
     */
    public record Folders(ResultFiles results, Path uploads, Path spool) {}
}
