package io.millrace.connectors.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferManager;
import org.apache.arrow.memory.RootAllocator;

/**
 * Memory for reading one record. Arrow frees what it allocated when it reads well-formed bytes, and
 * forgets some of it when it fails half-way over damaged ones; closing frees that too. Used by one
 * thread.
 */
final class ScratchAllocator extends RootAllocator {

    private final List<ArrowBuf> buffers = new ArrayList<>();
    private int forgotten;

    ScratchAllocator(long limitBytes) {
        super(limitBytes);
    }

    @Override
    public ArrowBuf buffer(long size, BufferManager manager) {
        ArrowBuf buffer = super.buffer(size, manager);
        buffers.add(buffer);
        return buffer;
    }

    /** How many buffers only closing freed. */
    int forgotten() {
        return forgotten;
    }

    @Override
    public synchronized void close() {
        for (ArrowBuf buffer : buffers) {
            // INVARIANT: every reference to a buffer is counted in one place, since this allocator
            // has no children to which a vector could move it.
            if (buffer.capacity() > 0 && buffer.refCnt() > 0) {
                buffer.getReferenceManager().release(buffer.refCnt());
                forgotten++;
            }
        }
        buffers.clear();
        super.close();
    }
}
