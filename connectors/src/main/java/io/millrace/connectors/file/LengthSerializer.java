package io.millrace.connectors.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The state of a {@link ResultFileSink}: the file's length, eight bytes, big-endian. */
enum LengthSerializer implements SimpleVersionedSerializer<Long> {
    INSTANCE;

    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(Long length) {
        return ByteBuffer.allocate(Long.BYTES).putLong(length).array();
    }

    @Override
    public Long deserialize(int version, byte[] bytes) throws IOException {
        if (version != 1 || bytes.length != Long.BYTES) {
            throw new IOException(
                    "version of the output file's state: %d, %d bytes (expected: 1, 8 bytes)"
                            .formatted(version, bytes.length));
        }
        return ByteBuffer.wrap(bytes).getLong();
    }
}
