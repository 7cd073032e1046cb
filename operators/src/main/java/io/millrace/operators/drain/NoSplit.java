package io.millrace.operators.drain;

import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Stands for splits and state of a source that has neither. */
@Internal
public enum NoSplit implements SourceSplit {
    INSTANCE;

    static final SimpleVersionedSerializer<NoSplit> SERIALIZER = new Serializer();

    @Override
    public String splitId() {
        return "none";
    }

    private static final class Serializer implements SimpleVersionedSerializer<NoSplit> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(NoSplit value) {
            return new byte[0];
        }

        @Override
        public NoSplit deserialize(int version, byte[] bytes) throws IOException {
            if (version != 1 || bytes.length > 0) {
                throw new IOException(
                        "version of the drain source's state: %d, %d bytes (expected: 1, empty)"
                                .formatted(version, bytes.length));
            }
            return INSTANCE;
        }
    }
}
