package io.millrace.gateway;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.Server;
import io.millrace.gateway.single.TokenCounter;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that runs: HTTP in front, Kafka behind. It keeps no state of its own. Safe for any
 * thread; {@link #close} lets calls end that are under way.
 */
public final class GatewayServer implements AutoCloseable {

    private final Components components;
    private final Server server;
    private final String scheme;
    private final String host;

    private GatewayServer(Components components, Server server, String scheme, String host) {
        this.components = components;
        this.server = server;
        this.scheme = scheme;
        this.host = host;
    }

    /** Starts one that cannot count tokens. */
    public static GatewayServer start(GatewaySettings settings, InstantSource clock)
            throws IOException {
        return launch(settings, null, clock);
    }

    /**
     * Starts one. It listens when this returns and is ready ({@code /readyz}) when it has read the
     * topics.
     *
     * @param tokenCounter counts prompts as the job does
     * @throws IOException if the port or a file for TLS cannot be used, naming it
     * @throws IllegalArgumentException if a file for TLS is not what it should be, naming it
     */
    public static GatewayServer start(
            GatewaySettings settings, TokenCounter tokenCounter, InstantSource clock)
            throws IOException {
        return launch(settings, tokenCounter, clock);
    }

    private static GatewayServer launch(
            GatewaySettings settings, @Nullable TokenCounter tokenCounter, InstantSource clock)
            throws IOException {
        GatewaySettings.Tls files = settings.listen().tls();
        TlsKeyPair tls = files == null ? null : TlsFiles.read(files);
        Components components = Components.create(settings, tokenCounter, clock);
        Server server = Routes.server(settings, tls, components);
        try {
            server.start().join();
        } catch (CompletionException e) {
            components.close();
            throw new IOException(
                    "gateway port: %s:%d (expected: free to listen on): %s"
                            .formatted(
                                    settings.listen().host(),
                                    settings.listen().port(),
                                    Exceptions.peel(e).getMessage()),
                    e);
        }
        return new GatewayServer(
                components, server, tls == null ? "http" : "https", settings.listen().host());
    }

    /** Where it listens. */
    public URI address() {
        return URI.create("%s://%s:%d".formatted(scheme, host, server.activeLocalPort()));
    }

    /** Whether it would be called ready. */
    public boolean ready() {
        return components.ready();
    }

    @Override
    public void close() {
        server.stop().join();
        components.close();
    }
}
