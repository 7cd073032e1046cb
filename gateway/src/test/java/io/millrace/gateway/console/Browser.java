package io.millrace.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Headless Chromium, spoken to in the W3C's WebDriver protocol. Whatever is named by a CSS selector
 * is waited for. Not safe for several threads.
 */
final class Browser implements AutoCloseable {

    static final String TAB = "\uE004";
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");

    /** What the protocol calls a reference to an element. */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private static final List<String> FLAGS =
            List.of(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--lang=en-GB",
                    "--hide-scrollbars",
                    "--window-size=1360,960");

    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String session;

    private Browser(Process driver, URI address, Path profile)
            throws IOException, InterruptedException {
        this.driver = driver;
        ObjectNode body = JSON.createObjectNode();
        ObjectNode wanted = body.putObject("capabilities").putObject("alwaysMatch");
        wanted.putObject("goog:loggingPrefs").put("browser", "ALL");
        ArrayNode flags = wanted.putObject("goog:chromeOptions").putArray("args");
        FLAGS.forEach(flags::add);
        flags.add("--user-data-dir=" + profile);
        JsonNode created = send(HttpRequest.newBuilder(address.resolve("/session")), body);
        session = address + "/session/" + created.path("sessionId").asText();
    }

    /** Whether there is one on this machine: its driver, which brings it along. */
    static boolean isInstalled() {
        return onPath("chromedriver").isPresent();
    }

    /** Starts one. */
    static Browser start(Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("chromedriver.log");
        Process driver =
                new ProcessBuilder(onPath("chromedriver").orElseThrow().toString(), "--port=0")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            String port =
                    Awaitility.await()
                            .atMost(PATIENCE)
                            .until(() -> port(log), Optional::isPresent)
                            .orElseThrow();
            URI address = URI.create("http://127.0.0.1:" + port);
            return new Browser(driver, address, folder.resolve("profile"));
        } catch (IOException | RuntimeException e) {
            driver.destroy();
            throw e;
        }
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<String> port(Path log) throws IOException {
        Matcher matcher = PORT.matcher(Files.readString(log));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    void open(URI page) {
        post("/url", JSON.createObjectNode().put("url", page.toString()));
    }

    void click(String selector) {
        post("/element/" + find(selector) + "/click", JSON.createObjectNode());
    }

    /** Types into an element; for a file picker, the file's path. */
    void type(String selector, String text) {
        post("/element/" + find(selector) + "/value", JSON.createObjectNode().put("text", text));
    }

    /** Presses keys one after the other, wherever the focus is. */
    void press(String... keys) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode source = body.putArray("actions").addObject();
        source.put("type", "key").put("id", "keyboard");
        ArrayNode actions = source.putArray("actions");
        for (String key : keys) {
            actions.addObject().put("type", "keyDown").put("value", key);
            actions.addObject().put("type", "keyUp").put("value", key);
        }
        post("/actions", body);
    }

    /** Text of an element as it is seen. */
    String text(String selector) {
        return get("/element/" + find(selector) + "/text").asText();
    }

    /** Waits until the element says this. */
    void awaitText(String selector, String part) {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(text(selector)).as(selector).contains(part));
    }

    /** What a script returns; it is the body of a function. */
    JsonNode script(String body) {
        ObjectNode call = JSON.createObjectNode().put("script", body);
        call.putArray("args");
        return post("/execute/sync", call);
    }

    /** What was logged since the last time, by the page and by the browser about it. */
    List<String> log() {
        JsonNode entries = post("/se/log", JSON.createObjectNode().put("type", "browser"));
        return entries.findValuesAsText("message");
    }

    /** A PNG of what is seen. */
    byte[] screenshot() {
        return Base64.getDecoder().decode(get("/screenshot").asText());
    }

    private String find(String selector) {
        ObjectNode query = JSON.createObjectNode().put("using", "css selector");
        query.put("value", selector);
        return Awaitility.await(selector)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> post("/element", query).path(ELEMENT).asText(), id -> !id.isEmpty());
    }

    private JsonNode post(String path, ObjectNode body) {
        try {
            return send(HttpRequest.newBuilder(URI.create(session + path)), body);
        } catch (IOException e) {
            throw new AssertionError(path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }

    private JsonNode get(String path) {
        try {
            return value(HttpRequest.newBuilder(URI.create(session + path)).build());
        } catch (IOException e) {
            throw new AssertionError(path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }

    private JsonNode send(HttpRequest.Builder request, ObjectNode body)
            throws IOException, InterruptedException {
        return value(
                request.header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build());
    }

    private JsonNode value(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        JsonNode value = JSON.readTree(response.body()).path("value");
        if (response.statusCode() != 200) {
            throw new IOException(value.path("error").asText() + ": " + value.path("message"));
        }
        return value;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            value(HttpRequest.newBuilder(URI.create(session)).DELETE().build());
        } finally {
            driver.destroy();
            driver.waitFor();
        }
    }
}
