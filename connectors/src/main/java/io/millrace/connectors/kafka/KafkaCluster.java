package io.millrace.connectors.kafka;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Which brokers, and how to talk to them. Immutable.
 *
 * @param bootstrapServers {@code host:port}, several with commas between
 * @param properties for every client, for example {@code security.protocol}
 */
@PublicEvolving
public record KafkaCluster(String bootstrapServers, Map<String, String> properties)
        implements Serializable {

    private static final int TIMEOUT_MS = 30_000;

    public KafkaCluster {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException(
                    "kafka.bootstrap-servers: \"%s\" (expected: host:port, with commas between)"
                            .formatted(bootstrapServers));
        }
        properties = Map.copyOf(properties);
    }

    /** Brokers that need no further properties. */
    public static KafkaCluster of(String bootstrapServers) {
        return new KafkaCluster(bootstrapServers, Map.of());
    }

    /** The brokers cannot be reached or refuse the client. */
    public static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Returns when a broker answers.
     *
     * @throws Unreachable if none does within half a minute
     */
    public void ping() throws Unreachable {
        try (Admin admin = admin()) {
            await(admin.describeCluster().nodes());
        } catch (ExecutionException e) {
            throw unreachable(e);
        }
    }

    /** A setting of one of the brokers; empty if it is unknown or this client may not ask. */
    Optional<String> brokerSetting(String name) throws Unreachable {
        try (Admin admin = admin()) {
            Collection<Node> nodes = await(admin.describeCluster().nodes());
            String broker = Integer.toString(nodes.iterator().next().id());
            ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker);
            Config config = await(admin.describeConfigs(List.of(resource)).all()).get(resource);
            ConfigEntry entry = config == null ? null : config.get(name);
            return Optional.ofNullable(entry).map(ConfigEntry::value);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw unreachable(e);
        }
    }

    Properties clientProperties() {
        Properties all = new Properties();
        all.putAll(properties);
        return all;
    }

    Admin admin() throws Unreachable {
        Properties all = clientProperties();
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        all.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 3);
        try {
            return Admin.create(all);
        } catch (RuntimeException e) {
            throw unreachable(e);
        }
    }

    <T> T await(KafkaFuture<T> future) throws Unreachable, ExecutionException {
        try {
            return future.get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        } catch (TimeoutException e) {
            throw unreachable(e);
        }
    }

    Unreachable unreachable(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root.getMessage() == null ? root.toString() : root.getMessage();
        return new Unreachable(
                "kafka.bootstrap-servers: %s (expected: a broker that answers): %s"
                        .formatted(bootstrapServers, reason),
                cause);
    }
}
