package io.millrace.job.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Counts the requests of a file of lines, for the progress bar. Stateless. */
public final class RequestCount {

    private static final int BUFFER_BYTES = 1 << 16;

    private RequestCount() {}

    /** Lines that are not blank; empty if the file is none of lines. */
    public static OptionalLong of(Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long lines = 0;
        boolean blank = true;
        try (InputStream input = Files.newInputStream(file)) {
            int length = input.readNBytes(buffer, 0, buffer.length);
            if (length > 0 && !startsLikeLines(buffer[0])) {
                return OptionalLong.empty();
            }
            for (; length > 0; length = input.readNBytes(buffer, 0, buffer.length)) {
                for (int i = 0; i < length; i++) {
                    if (buffer[i] == '\n') {
                        lines += blank ? 0 : 1;
                        blank = true;
                    } else if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                        blank = false;
                    }
                }
            }
        }
        return OptionalLong.of(blank ? lines : lines + 1);
    }

    /** Arrow and gzip begin with other bytes than text does. */
    private static boolean startsLikeLines(byte first) {
        return (first >= ' ' && first != 'A')
                || first == '\n'
                || first == '\r'
                || first == '\t'
                || first == (byte) 0xef;
    }
}
