package io.millrace.gpu.program;

import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Owns the native arguments and results of a call until it is closed, since every {@code IValue}
 * that is not closed is native memory lost. Used by one thread.
 */
public final class Values implements AutoCloseable {

    private final List<IValue> owned = new ArrayList<>();

    /** Takes ownership. */
    public IValue own(IValue value) {
        owned.add(value);
        return value;
    }

    @Override
    public void close() {
        for (IValue value : owned) {
            value.close();
        }
        owned.clear();
    }
}
