package io.millrace.gateway.results;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * Where the job puts the lines of a batch's results: files by batch, each a whole number of lines.
 * Safe for any thread; it may block.
 */
public interface ResultFiles {

    /**
     * One file.
     *
     * @param name within the batch
     */
    record Part(String name, long bytes) {}

    /** Files of a batch that are complete, in the order in which they are served. */
    List<Part> parts(String batch) throws IOException;

    /** Opens one for reading. */
    SeekableByteChannel open(String batch, Part part) throws IOException;
}
