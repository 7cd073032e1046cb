package io.millrace.gateway;

import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.ApiKeys;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.access.Limits;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.intake.BatchRules;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.results.LocalResultFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A gateway on any free port with two workspaces, and a client that says what it is told to. */
public final class TestGateway implements AutoCloseable {

    /** Of workspace {@code alpha}. */
    public static final String KEY = "key-of-alpha";

    /** Of workspace {@code beta}. */
    public static final String OTHER_KEY = "key-of-beta-1";

    /** Of a workspace that may do next to nothing. */
    public static final String POOR_KEY = "key-of-poor-1";

    /** Small enough to reach in a test. */
    public static final RequestLimits LIMITS =
            new RequestLimits(
                    2 << 20,
                    1000,
                    1 << 16,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    16 << 10,
                    1000,
                    8);

    private final GatewayServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestGateway(GatewayServer server) {
        this.server = server;
    }

    /** Starts one and waits until it is ready. */
    public static TestGateway start(KafkaLink link, Path folder) throws IOException {
        TestGateway gateway = startUnready(link, folder, "one");
        gateway.awaitReady();
        return gateway;
    }

    /** Starts one. */
    public static TestGateway startUnready(KafkaLink link, Path folder, String instance)
            throws IOException {
        ApiKeys keys =
                ApiKeys.of(
                        Map.of(
                                KEY, new ApiKey("a", "alpha", Limits.DEFAULT),
                                OTHER_KEY, new ApiKey("b", "beta", 2.5, Limits.DEFAULT),
                                POOR_KEY, new ApiKey("p", "poor", new Limits(3, 1, 10, 5))));
        GatewaySettings settings =
                new GatewaySettings(
                        GatewaySettings.Listen.plain("127.0.0.1", 0),
                        link,
                        instance,
                        new GatewaySettings.Folders(
                                new LocalResultFiles(folder.resolve("results")),
                                folder.resolve("uploads"),
                                folder.resolve("spool")),
                        KeyRing.of(keys),
                        BatchRules.DEFAULT,
                        LIMITS,
                        List.of("tiny-chat"),
                        null);
        return new TestGateway(
                GatewayServer.start(
                        settings, (entry, version) -> entry.length, InstantSource.system()));
    }

    /** Returns when it is. */
    public void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(server::ready);
    }

    /** Where it listens. */
    public URI address() {
        return server.address();
    }

    /** A call with the key of alpha and an old version. */
    public HttpRequest.Builder call(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(address().resolve(path))
                .header("x-api-key", KEY)
                .header("anthropic-version", "2023-06-01")
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
    }

    /** Sends it. */
    public HttpResponse<String> send(HttpRequest.Builder call) throws Exception {
        return client.send(call.build(), BodyHandlers.ofString());
    }

    /** A call without a body. */
    public HttpResponse<String> send(String method, String path) throws Exception {
        return send(call(method, path, BodyPublishers.noBody()));
    }

    /** A POST of JSON. */
    public HttpResponse<String> post(String path, String body) throws Exception {
        return send(call("POST", path, BodyPublishers.ofString(body)));
    }

    @Override
    public void close() {
        server.close();
    }
}
