package io.millrace.gateway.results;

import io.millrace.core.ledger.BatchManifest;
import io.millrace.wire.ResultFileNames;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Where the job puts the lines of a batch's results: files by batch, each a whole number of lines.
 * When the batch has ended the job merges them into one and removes them. Safe for any thread; it
 * may block.
 */
public interface ResultFiles {

    /**
     * One file.
     *
     * @param name within the batch
     */
    record Part(String name, long bytes) {}

    /**
     * Files of a batch that are complete, in the order in which they are served; the bytes of all
     * of them, one after the other, are the same before and after the merge.
     *
     * @throws IllegalArgumentException for an id that no batch can have: nothing is looked up
     */
    List<Part> parts(String batch) throws IOException;

    /**
     * Files of a batch that are Arrow streams, complete, in order; none where the job writes none.
     *
     * @throws IllegalArgumentException for an id that no batch can have: nothing is looked up
     */
    List<Part> arrowParts(String batch) throws IOException;

    /**
     * Opens one for reading from some byte on.
     *
     * @throws IllegalArgumentException for an id that no batch can have: nothing is looked up
     */
    InputStream open(String batch, Part part, long from) throws IOException;

    /** Those of a folder's files that are of several, in order. */
    static List<Part> several(Collection<Part> files) {
        return files.stream()
                .filter(part -> ResultFileNames.isPart(part.name()))
                .sorted(Comparator.comparing(Part::name))
                .toList();
    }

    /** Those of the folder below in which Arrow streams lie, named as seen from the batch's. */
    static List<Part> below(Collection<Part> files) {
        return several(files).stream()
                .map(part -> new Part(ResultFileNames.ARROW + "/" + part.name(), part.bytes()))
                .toList();
    }

    /** The id, if it can name a folder and cannot leave it. */
    static String checked(String batch) {
        if (!BatchManifest.isId(batch)) {
            throw new IllegalArgumentException(
                    "batch: %s (expected: letters, digits, _ and -)".formatted(batch));
        }
        return batch;
    }
}
