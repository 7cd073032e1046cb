package io.millrace.connectors.file;

import io.millrace.core.request.InputRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * Reads requests from files: JSON lines, one request per line, or Arrow (IPC file or stream), told
 * apart by their first bytes; either may be compressed with gzip ({@code .gz}). The key of a record
 * is {@code name@offset}, the offset counted in the uncompressed bytes, and a restored job goes on
 * at the offset behind the last record that it had emitted.
 *
 * <p>Memory is bounded by {@link FileLimits}, whatever the file. A file is read by one subtask.
 */
@PublicEvolving
public final class RequestFileSource {

    private RequestFileSource() {}

    /**
     * The source over some files.
     *
     * @param type how records are serialised between operators
     * @param clock tells when a record was read; must be serialisable
     * @throws IllegalArgumentException if there are no files, or two of the same name, since their
     *     records would have the same keys
     */
    public static FileSource<InputRecord> of(
            List<Path> files, FileLimits limits, TypeInformation<InputRecord> type, Clock clock) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("input: no files (expected: at least one)");
        }
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            if (!names.add(file.getName())) {
                throw new IllegalArgumentException(
                        "input: %s (expected: files whose names differ)".formatted(file));
            }
        }
        return FileSource.forBulkFileFormat(
                        new RequestFileFormat(limits, type, clock), files.toArray(Path[]::new))
                // Flink's own filter would leave out names that begin with a dot or underscore.
                .setFileEnumerator(() -> new NonSplittingRecursiveEnumerator(file -> true))
                .build();
    }

    /**
     * Checks, where the job is built, that a file is there.
     *
     * @throws IllegalArgumentException naming the file if it is missing or a directory
     */
    public static void requireReadable(Path file) throws IOException {
        try {
            if (!file.getFileSystem().getFileStatus(file).isDir()) {
                file.getFileSystem().open(file).close();
                return;
            }
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException(
                    "input: %s (expected: a file that can be read): %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
        throw new IllegalArgumentException(
                "input: %s is a directory (expected: a file)".formatted(file));
    }
}
