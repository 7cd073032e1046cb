package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The body of a create, made of a file of entries line by line, so that a large one is never in
 * memory. Used by one thread.
 */
final class RequestsBody extends InputStream {

    private final BufferedReader lines;
    private @Nullable InputStream piece = bytes("{\"requests\":[");
    private boolean any;
    private boolean ended;

    private RequestsBody(BufferedReader lines) {
        this.lines = lines;
    }

    /** Opens the file; whoever reads this closes it. */
    static InputStream of(Path file) {
        try {
            return new RequestsBody(Files.newBufferedReader(file, UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (piece != null) {
            int count = piece.read(target, offset, length);
            if (count > 0) {
                return count;
            }
            piece = next();
        }
        return -1;
    }

    private @Nullable InputStream next() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                String separator = any ? ",\n" : "\n";
                any = true;
                return bytes(separator + line);
            }
        }
        if (ended) {
            return null;
        }
        ended = true;
        return bytes("\n]}");
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
