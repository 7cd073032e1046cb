package io.millrace.connectors.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.arrow.flatbuf.MessageHeader;
import org.jspecify.annotations.Nullable;

/**
 * One record per record batch of an Arrow IPC file or stream: schema and dictionaries are put
 * before it, so that it is a stream of its own. Nothing is decoded here. Where the framing is
 * broken, what is left of the file is one last record, for the reader to refuse.
 */
final class ArrowCutter implements RecordCutter {

    private final FileBytes bytes;
    private final int maxBytes;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private boolean ended;

    ArrowCutter(FileBytes bytes, int maxBytes, long offset) throws IOException {
        this.bytes = bytes;
        this.maxBytes = maxBytes;
        if (ArrowFraming.isFile(bytes.peek(ArrowFraming.FILE_HEAD_BYTES))) {
            bytes.skipTo(ArrowFraming.FILE_HEAD_BYTES);
        }
        // Schema and dictionaries are wanted again; of the batches before the offset, nothing.
        while (!ended && bytes.position() < offset) {
            nextMessage(true);
        }
    }

    static boolean recognises(FileBytes bytes) throws IOException {
        byte[] first = bytes.peek(ArrowFraming.FILE_HEAD_BYTES);
        return ArrowFraming.isFile(first) || ArrowFraming.isStream(first);
    }

    @Override
    public @Nullable Cut next() throws IOException {
        while (!ended) {
            Cut cut = nextMessage(false);
            if (cut != null) {
                return cut;
            }
        }
        return null;
    }

    /** Reads one message; the cut is null if it is no record batch or is skipped. */
    private @Nullable Cut nextMessage(boolean skip) throws IOException {
        long offset = bytes.position();
        byte[] prefix = bytes.peek(ArrowFraming.PREFIX_BYTES);
        if (prefix.length == 0 || ArrowFraming.isEnd(prefix)) {
            ended = true;
            return null;
        }
        int metadataBytes = ArrowFraming.metadataBytes(prefix);
        if (metadataBytes < 0 || metadataBytes > maxBytes) {
            return rest(offset);
        }
        byte[] framed = bytes.readUpTo(ArrowFraming.PREFIX_BYTES + metadataBytes);
        ArrowFraming.Header header = ArrowFraming.header(framed);
        if (header == null) {
            return rest(offset, framed);
        }
        if (header.type() != MessageHeader.RecordBatch) {
            if (head.size() + framed.length + header.bodyBytes() > maxBytes) {
                return rest(offset, framed);
            }
            head.writeBytes(framed);
            head.writeBytes(bytes.readUpTo((int) header.bodyBytes()));
            return null;
        }
        long end = bytes.position() + header.bodyBytes();
        if (skip) {
            bytes.skipTo(end);
            return null;
        }
        byte[] body = bytes.readUpTo((int) Math.min(header.bodyBytes(), maxBytes));
        bytes.skipTo(end);
        return new Cut(offset, joined(framed, body, ArrowFraming.end()));
    }

    private Cut rest(long offset, byte[]... alreadyRead) throws IOException {
        ended = true;
        byte[] rest = bytes.readUpTo(maxBytes);
        byte[][] parts = Arrays.copyOf(alreadyRead, alreadyRead.length + 1);
        parts[alreadyRead.length] = rest;
        bytes.skipTo(Long.MAX_VALUE);
        return new Cut(offset, joined(parts));
    }

    private byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(head.size() + 1024);
        all.writeBytes(head.toByteArray());
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public long position() {
        return bytes.position();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
