package io.millrace.gateway;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.metric.MeterIdPrefixFunction;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.metric.MetricCollectingService;
import io.millrace.gateway.console.ConsolePage;
import io.millrace.gateway.http.ApiService;
import io.millrace.gateway.http.Endpoint;
import io.millrace.gateway.http.ErrorPages;
import io.millrace.gateway.intake.RequestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which path leads where, and what bounds a call. Stateless. */
final class Routes {

    private static final Duration QUICK = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration SHUTDOWN_QUIET = Duration.ofMillis(200);
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final String BATCHES = "/v1/messages/batches";

    private static final HttpData DESCRIPTION = description();

    private final ServerBuilder builder;
    private final Components components;

    private Routes(ServerBuilder builder, Components components) {
        this.builder = builder;
        this.components = components;
    }

    /**
     * A server that is yet to start.
     *
     * @param tls null for plain HTTP
     */
    static Server server(
            GatewaySettings settings, @Nullable TlsKeyPair tls, Components components) {
        ServerBuilder builder = Server.builder();
        listen(builder, settings.listen(), tls);
        bound(builder, settings.limits());
        builder.meterRegistry(components.metrics())
                .decorator(
                        MetricCollectingService.newDecorator(
                                MeterIdPrefixFunction.ofDefault("millrace.gateway.http")))
                .errorHandler(new ErrorPages(components.ids()));
        Routes routes = new Routes(builder, components);
        routes.service();
        routes.messageBatches();
        routes.console();
        routes.openAi();
        routes.single();
        return builder.build();
    }

    private static void listen(
            ServerBuilder builder, GatewaySettings.Listen listen, @Nullable TlsKeyPair tls) {
        InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
        if (tls == null) {
            builder.http(address);
        } else {
            builder.https(address);
            builder.tls(tls);
        }
    }

    private static void bound(ServerBuilder builder, RequestLimits limits) {
        builder.maxNumConnections(limits.maxConnections())
                .http1MaxHeaderSize(limits.maxHeaderBytes())
                .http1MaxInitialLineLength(MAX_LINE_BYTES)
                .http2MaxHeaderListSize(limits.maxHeaderBytes())
                .idleTimeout(IDLE)
                .requestTimeout(QUICK)
                .maxRequestLength(limits.maxRecordBytes())
                .gracefulShutdownTimeout(SHUTDOWN_QUIET, SHUTDOWN)
                .verboseResponses(false)
                .disableServerHeader();
    }

    private void service() {
        builder.service("/healthz", (context, request) -> HttpResponse.of("ok\n"))
                .service("/readyz", (context, request) -> readiness())
                .service(
                        "/metrics",
                        (context, request) ->
                                HttpResponse.of(
                                        HttpStatus.OK,
                                        MediaType.PLAIN_TEXT_UTF_8,
                                        HttpData.ofUtf8(components.metrics().scrape())))
                .service(
                        "/openapi.json",
                        (context, request) ->
                                HttpResponse.of(HttpStatus.OK, MediaType.JSON, DESCRIPTION));
    }

    private static HttpData description() {
        try (InputStream in = Routes.class.getResourceAsStream("openapi.json")) {
            return HttpData.wrap(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.json", e);
        }
    }

    private HttpResponse readiness() {
        if (components.ready()) {
            return HttpResponse.of("ready\n");
        }
        String reason =
                components.topics().caughtUp()
                        ? "Kafka does not answer\n"
                        : "the topics of batches and control messages are not read yet\n";
        return HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, reason);
    }

    private void messageBatches() {
        streamed(BATCHES, components.createMessageBatch()::create);
        on(HttpMethod.GET, BATCHES, components.messageBatches()::list);
        on(HttpMethod.GET, BATCHES + "/{id}", components.messageBatches()::retrieve);
        on(HttpMethod.DELETE, BATCHES + "/{id}", components.messageBatches()::delete);
        on(HttpMethod.POST, BATCHES + "/{id}/cancel", components.messageBatches()::cancel);
        on(HttpMethod.GET, BATCHES + "/{id}/results", components.messageBatches()::results);
    }

    private void console() {
        ConsolePage page = ConsolePage.load();
        builder.service("/", page).serviceUnder(ConsolePage.FOLDER, page);
        on(HttpMethod.GET, ConsolePage.FOLDER + "batches", components.consoleBatches()::list);
    }

    private void openAi() {
        streamed("/v1/files", components.openAi().files()::upload);
        on(HttpMethod.GET, "/v1/files", components.openAi().files()::list);
        on(HttpMethod.GET, "/v1/files/{id}", components.openAi().files()::retrieve);
        on(HttpMethod.DELETE, "/v1/files/{id}", components.openAi().files()::delete);
        on(HttpMethod.GET, "/v1/files/{id}/content", components.openAi().files()::content);
        streamed("/v1/batches", components.openAi().batches()::create);
        on(HttpMethod.GET, "/v1/batches", components.openAi().batches()::list);
        on(HttpMethod.GET, "/v1/batches/{id}", components.openAi().batches()::retrieve);
        on(HttpMethod.POST, "/v1/batches/{id}/cancel", components.openAi().batches()::cancel);
    }

    private void single() {
        streamed("/v1/messages", components.single()::message);
        streamed("/v1/messages/count_tokens", components.countTokens()::count);
        streamed("/v1/chat/completions", components.single()::chat);
        on(HttpMethod.GET, "/v1/models", components.models()::list);
        on(HttpMethod.GET, "/v1/models/{id}", components.models()::retrieve);
    }

    private void on(HttpMethod method, String path, Endpoint endpoint) {
        builder.route().methods(method).path(path).build(service(endpoint));
    }

    /** For bodies that are consumed as they arrive, with a limit of their own. */
    private void streamed(String path, Endpoint endpoint) {
        builder.route().post(path).maxRequestLength(0).build(service(endpoint));
    }

    private ApiService service(Endpoint endpoint) {
        return new ApiService(endpoint, components.authenticator(), components.ids());
    }
}
