package io.millrace.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSourceTest {

    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;

    private final List<Long> progress = new ArrayList<>();
    private final List<String> ranges = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/model.gguf", this::serve);
        server.createContext("/redirected", exchange -> redirect(exchange, "/model.gguf"));
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void fetchesThroughRedirects() throws Exception {
        Path target = folder.resolve("model.gguf");

        new HubSource().fetch(at("/redirected"), target, progress::add);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(progress).endsWith(10L);
    }

    @Test
    void continuesAFileThatWasInterrupted() throws Exception {
        Path target = folder.resolve("model.gguf");
        Files.write(target, Arrays.copyOf(CONTENT, 4));

        new HubSource().fetch(at("/model.gguf"), target, progress::add);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=4-");
    }

    @Test
    void saysWhyItCannotServe() {
        Path target = folder.resolve("model.gguf");
        KnownModel nowhere = model(URI.create("http://localhost:1/model.gguf"));

        assertThatThrownBy(() -> new HubSource().fetch(at("/none"), target, progress::add))
                .isInstanceOf(IOException.class)
                .hasMessage("localhost answered with status 404");
        assertThatThrownBy(() -> new HubSource().fetch(nowhere, target, progress::add))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot reach localhost");
        assertThat(target).doesNotExist();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        if (range != null) {
            ranges.add(range);
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        }
        exchange.sendResponseHeaders(from == 0 ? 200 : 206, CONTENT.length - from);
        exchange.getResponseBody().write(CONTENT, from, CONTENT.length - from);
        exchange.close();
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private KnownModel at(String path) {
        return model(URI.create("http://localhost:" + server.getAddress().getPort() + path));
    }

    private static KnownModel model(URI hub) {
        return new KnownModel(
                "m", "", "model.gguf", 10, "", hub, new KnownModel.Wheel("none==1", "none"));
    }
}
