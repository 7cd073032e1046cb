package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls of a gateway. What was broken on the way is tried again a few times; what is answered with
 * an error of the caller's is not. Safe for any thread; methods block.
 */
final class GatewayHttp {

    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MS = 200;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;
    private final String key;
    private final Timeouts timeouts;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    GatewayHttp(URI base, String key, Timeouts timeouts) {
        this.base = base.toString().endsWith("/") ? base : URI.create(base + "/");
        this.key = key;
        this.timeouts = timeouts;
    }

    /** A call whose answer begins soon. */
    HttpRequest.Builder call(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("x-api-key", key)
                .header("anthropic-version", "2023-06-01")
                .timeout(timeouts.answer());
    }

    /** A call with a body that may take long to be taken in. */
    HttpRequest.Builder intake(String path) {
        return call(path).timeout(timeouts.intake());
    }

    /**
     * Sends a call, made anew for each try, and reads its answer.
     *
     * @throws GatewayException if the gateway refuses it
     * @throws IOException if there is no answer
     */
    JsonNode json(Supplier<HttpRequest.Builder> call) throws IOException, InterruptedException {
        try (InputStream body = send(call).body()) {
            return JSON.readTree(body);
        }
    }

    /** The same; whoever reads the answer closes it. */
    HttpResponse<InputStream> send(Supplier<HttpRequest.Builder> call)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            IOException failure;
            HttpRequest request = call.get().build();
            try {
                HttpResponse<InputStream> answer =
                        http.send(request, info -> new TimedBody(timeouts.silence()));
                if (answer.statusCode() < 300) {
                    return answer;
                }
                String problem = refusal(answer);
                failure = new IOException(problem);
                if (answer.statusCode() < SERVER_ERROR && answer.statusCode() != TOO_MANY) {
                    throw new GatewayException(answer.statusCode(), problem);
                }
            } catch (GatewayException e) {
                throw e;
            } catch (IOException e) {
                failure = new IOException(unanswered(request, e));
                // Not a cause: the innermost of these is what a command shows.
                failure.addSuppressed(e);
                if (isTimeout(e)) {
                    throw failure; // That was patience enough.
                }
            }
            if (attempt == ATTEMPTS) {
                throw failure;
            }
            TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MS << attempt);
        }
    }

    private static boolean isTimeout(IOException e) {
        return e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException);
    }

    private String unanswered(HttpRequest request, IOException e) {
        if (isTimeout(e)) {
            return "gateway: %s took the call but did not answer within %s"
                    .formatted(base, request.timeout().map(Timeouts::text).orElse("the time"));
        }
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "gateway: %s does not answer (%s); is it the right --url?".formatted(base, reason);
    }

    /** The API's own words, where it is the API that answers. */
    private static String refusal(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            String text = new String(body.readNBytes(1 << 16), UTF_8);
            try {
                JsonNode error = JSON.readTree(text).path("error");
                if (error.path("message").isTextual()) {
                    return "%s (%d %s)"
                            .formatted(
                                    error.path("message").asText(),
                                    answer.statusCode(),
                                    error.path("type").asText());
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                return "HTTP status %d from %s".formatted(answer.statusCode(), answer.uri());
            }
            return "HTTP status %d from %s".formatted(answer.statusCode(), answer.uri());
        }
    }
}
