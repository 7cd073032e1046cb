package io.millrace.gateway.intake;

import io.millrace.gateway.intake.MessageBatchParser.UnknownFields;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The body of a create as it arrives: hashed, parsed, its entries spooled. Used by one thread at a
 * time; closing it removes the spool.
 */
public final class MessageBatchBody implements BodyConsumer, AutoCloseable {

    private final MessageDigest digest = Fingerprint.sha256();
    private final EntrySpool spool;
    private final MessageBatchParser parser;

    private MessageBatchBody(EntrySpool spool, MessageBatchParser parser) {
        this.spool = spool;
        this.parser = parser;
    }

    /** Ready for its first byte. */
    public static MessageBatchBody open(
            Path spoolFolder, RequestLimits limits, UnknownFields unknownFields)
            throws IOException {
        EntrySpool spool = EntrySpool.create(spoolFolder);
        MessageEntries entries =
                new MessageEntries(spool, limits.maxRequestsPerBatch(), limits.maxRecordBytes());
        return new MessageBatchBody(spool, new MessageBatchParser(entries, unknownFields));
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        parser.accept(bytes, offset, length);
    }

    @Override
    public void finish() throws IOException {
        parser.finish();
    }

    /** Of all bytes; asked for once, at the end. */
    public byte[] hash() {
        return digest.digest();
    }

    /** The entries. */
    public EntrySpool spool() {
        return spool;
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
