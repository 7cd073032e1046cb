package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The body of a create or an upload, made of a file of requests line by line, so that a large one
 * is never in memory. Used by one thread.
 */
final class RequestsBody extends InputStream {

    private final BufferedReader lines;
    private final Frame frame;
    private final UnaryOperator<String> convert;
    private @Nullable InputStream piece;
    private boolean any;
    private boolean ended;

    private RequestsBody(BufferedReader lines, Frame frame, UnaryOperator<String> convert) {
        this.lines = lines;
        this.frame = frame;
        this.convert = convert;
        this.piece = bytes(frame.head());
    }

    /** What stands before the lines, between each two, and behind them. */
    record Frame(String head, String between, String tail) {

        /** Of a create of Message Batches. */
        static final Frame MESSAGES = new Frame("{\"requests\":[\n", ",\n", "\n]}");

        /** Of a file of OpenAI's API, in a form. */
        static Frame form(String boundary, String filename) {
            return new Frame(
                    """
                    --%1$s\r
                    Content-Disposition: form-data; name="purpose"\r
                    \r
                    batch\r
                    --%1$s\r
                    Content-Disposition: form-data; name="file"; filename="%2$s"\r
                    Content-Type: application/octet-stream\r
                    \r
                    """
                            .formatted(boundary, filename.replaceAll("[\\p{Cntrl}\"\\\\]", "_")),
                    "\n",
                    "\n\r\n--" + boundary + "--\r\n");
        }
    }

    /** Opens the file; whoever reads this closes it. */
    static InputStream of(Path file, Frame frame, UnaryOperator<String> convert) {
        try {
            return new RequestsBody(Files.newBufferedReader(file, UTF_8), frame, convert);
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
                String separator = any ? frame.between() : "";
                any = true;
                return bytes(separator + convert.apply(line));
            }
        }
        if (ended) {
            return null;
        }
        ended = true;
        return bytes(frame.tail());
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
