package io.millrace.job.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The Hugging Face hub over HTTPS. Gives up quickly where it cannot be reached; continues a partial
 * file. For one thread at a time.
 */
public final class HubSource implements ModelSource {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(20);
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();

    @Override
    public String name() {
        return "the Hugging Face hub";
    }

    @Override
    public void fetch(KnownModel model, Path target, Transfer transfer)
            throws IOException, InterruptedException {
        long present = Files.exists(target) ? Files.size(target) : 0;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(model.hub()).timeout(RESPONSE_TIMEOUT).GET();
        if (present > 0) {
            request.header("Range", "bytes=" + present + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException unreachable) {
            throw new IOException("cannot reach " + model.hub().getHost(), unreachable);
        }
        try (InputStream body = response.body()) {
            int status = response.statusCode();
            if (status == RANGE_NOT_SATISFIABLE) {
                return; // The file is complete already; the checksum will tell.
            }
            if (status != OK && status != PARTIAL) {
                throw new IOException(model.hub().getHost() + " answered with status " + status);
            }
            copy(body, target, status == PARTIAL ? present : 0, transfer);
        }
    }

    private static void copy(InputStream body, Path target, long from, Transfer transfer)
            throws IOException {
        StandardOpenOption how =
                from > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        try (OutputStream output = Files.newOutputStream(target, StandardOpenOption.CREATE, how)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long written = from;
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                output.write(buffer, 0, n);
                written += n;
                transfer.progress(written);
            }
        }
    }
}
