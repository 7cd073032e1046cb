package io.millrace.gateway.intake;

import io.millrace.gateway.http.ApiException;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks a gzip body (RFC 1952, one member) as it arrives, a few kilobytes at a time whatever it
 * unpacks to. Used by one thread at a time; {@link #close} frees native memory.
 */
final class Gunzip implements BodyConsumer, AutoCloseable {

    private static final int OUTPUT_BYTES = 1 << 14;
    private static final int TRAILER_BYTES = 8;

    private final BodyConsumer next;
    private final Inflater inflater = new Inflater(true);
    private final GzipHeader header = new GzipHeader();
    private final CRC32 checksum = new CRC32();
    private final byte[] output = new byte[OUTPUT_BYTES];
    private final byte[] trailer = new byte[TRAILER_BYTES];
    private int trailerBytes;

    Gunzip(BodyConsumer next) {
        this.next = next;
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        int at = offset;
        while (at < end && !header.complete()) {
            header.accept(bytes[at++]);
        }
        if (at < end && !inflater.finished()) {
            inflater.setInput(bytes, at, end - at);
            inflate();
            at = end - inflater.getRemaining();
        }
        if (inflater.finished()) {
            acceptTrailer(bytes, at, end);
        }
    }

    private void inflate() throws IOException {
        try {
            while (!inflater.finished() && !inflater.needsInput()) {
                int count = inflater.inflate(output);
                if (inflater.needsDictionary()) {
                    throw broken();
                }
                checksum.update(output, 0, count);
                if (count > 0) {
                    next.accept(output, 0, count);
                }
            }
        } catch (DataFormatException e) {
            throw broken();
        }
    }

    private void acceptTrailer(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (trailerBytes == TRAILER_BYTES) {
                throw broken();
            }
            trailer[trailerBytes++] = bytes[i];
        }
    }

    @Override
    public void finish() throws IOException {
        if (trailerBytes != TRAILER_BYTES
                || littleEndian(0) != checksum.getValue()
                || littleEndian(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw broken();
        }
        next.finish();
    }

    private long littleEndian(int from) {
        long value = 0;
        for (int i = 3; i >= 0; i--) {
            value = value << 8 | (trailer[from + i] & 0xff);
        }
        return value;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private static ApiException broken() {
        return ApiException.invalid("The request body is not valid gzip");
    }
}
