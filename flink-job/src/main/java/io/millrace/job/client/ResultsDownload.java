package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Downloads results into a file. What has arrived lies in {@code NAME.BATCH.partial} until all has;
 * a download that was interrupted, by whatever and however often, goes on from there. For one
 * thread.
 */
public final class ResultsDownload {

    private static final int MAX_STALLS = 5;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BatchClient client;
    private final String batch;

    public ResultsDownload(BatchClient client, String batch) {
        this.client = client;
        this.batch = batch;
    }

    /**
     * Downloads in the order in which results came.
     *
     * @param progress told how many bytes are there
     */
    public void to(Path file, LongConsumer progress) throws IOException, InterruptedException {
        Files.move(fetch(file, progress), file, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Downloads and puts results in the order of the requests; a request without a result is left
     * out.
     *
     * @param requests the file that was submitted
     */
    public void inOrderOf(Path requests, Path file, LongConsumer progress)
            throws IOException, InterruptedException {
        Path arrived = fetch(file, progress);
        Path sorted = file.resolveSibling(file.getFileName() + ".sorted");
        try (RandomAccessFile lines = new RandomAccessFile(arrived.toFile(), "r");
                BufferedReader ids = Files.newBufferedReader(requests, UTF_8);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(sorted))) {
            Map<String, Extent> extents = index(arrived);
            for (String line = ids.readLine(); line != null; line = ids.readLine()) {
                Extent extent = line.isBlank() ? null : extents.get(id(line));
                if (extent != null) {
                    byte[] result = new byte[extent.length()];
                    lines.seek(extent.from());
                    lines.readFully(result);
                    out.write(result);
                }
            }
        }
        Files.move(sorted, file, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(arrived);
    }

    private Path fetch(Path file, LongConsumer progress) throws IOException, InterruptedException {
        List<Path> arrived = new ArrayList<>();
        long before = 0;
        for (String path : client.resultPaths(batch)) {
            String number = arrived.isEmpty() ? "" : "-" + (arrived.size() + 1);
            Path partial =
                    file.resolveSibling(file.getFileName() + "." + batch + number + ".partial");
            long earlier = before;
            arrive(path, partial, bytes -> progress.accept(earlier + bytes));
            before += Files.size(partial);
            arrived.add(partial);
        }
        return arrived.size() == 1 ? arrived.get(0) : joined(file, arrived);
    }

    private static Path joined(Path file, List<Path> parts) throws IOException {
        Path joined = file.resolveSibling(file.getFileName() + ".joined");
        try (OutputStream out = Files.newOutputStream(joined)) {
            for (Path part : parts) {
                Files.copy(part, out);
            }
        }
        for (Path part : parts) {
            Files.delete(part);
        }
        return joined;
    }

    private void arrive(String path, Path partial, LongConsumer progress)
            throws IOException, InterruptedException {
        int stalls = 0;
        while (true) {
            long before = Files.exists(partial) ? Files.size(partial) : 0;
            try {
                append(path, partial, before, progress);
                return;
            } catch (GatewayException e) {
                if (e.status() == 416 && before > 0) {
                    return; // There is nothing behind what is here.
                }
                throw e;
            } catch (IOException e) {
                boolean stalled = !Files.exists(partial) || Files.size(partial) <= before;
                stalls = stalled ? stalls + 1 : 0;
                if (stalls == MAX_STALLS) {
                    throw e;
                }
            }
        }
    }

    private void append(String path, Path partial, long from, LongConsumer progress)
            throws IOException, InterruptedException {
        BatchClient.Results results = client.results(path, from);
        try (InputStream bytes = results.bytes();
                OutputStream out =
                        results.from() == 0
                                ? Files.newOutputStream(partial)
                                : Files.newOutputStream(partial, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[1 << 16];
            long there = results.from();
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                out.write(buffer, 0, n);
                there += n;
                progress.accept(there);
            }
        }
    }

    /** Where the line of each id is. */
    private static Map<String, Extent> index(Path file) throws IOException {
        Map<String, Extent> extents = new HashMap<>();
        long from = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int length = line.getBytes(UTF_8).length + 1;
                extents.put(id(line), new Extent(from, length));
                from += length;
            }
        }
        return extents;
    }

    private static String id(String line) throws IOException {
        JsonNode object = JSON.readTree(line);
        JsonNode id = object.has("custom_id") ? object.path("custom_id") : object.path("id");
        if (!id.isTextual()) {
            throw new IOException(
                    "line: %.80s (expected: an object with a custom_id or id)".formatted(line));
        }
        return id.asText();
    }

    private record Extent(long from, int length) {}
}
