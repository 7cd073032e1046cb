package io.millrace.connectors.file;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Turns records into pieces of a file, each of which is written as a whole or not at all. Used by
 * one thread.
 */
@PublicEvolving
public interface RecordEncoder<T> extends AutoCloseable {

    /** Nothing to write yet. */
    byte[] NOTHING = {};

    /** What a file begins with. */
    default byte[] begin() {
        return NOTHING;
    }

    /** Takes a record; what is to be written now, if anything. */
    byte[] add(T record);

    /** What was taken and not yet written: before a checkpoint and at the end. */
    default byte[] flush() {
        return NOTHING;
    }

    /** What a complete file ends with. */
    default byte[] end() {
        return NOTHING;
    }

    @Override
    default void close() {}

    /** Makes encoders where the job runs. */
    @FunctionalInterface
    interface Factory<T> extends Serializable {
        /** A new encoder, to be closed. */
        RecordEncoder<T> create();
    }
}
