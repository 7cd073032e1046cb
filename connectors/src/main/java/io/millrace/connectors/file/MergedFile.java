package io.millrace.connectors.file;

import io.millrace.wire.ResultFileNames;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one file of the many in a folder, to which no more are added. The file appears whole or not
 * at all, and the many are removed only when it is there: whoever looks for it first finds either
 * it or all of them. Killed anywhere, done again it ends the same; two at a time do no harm.
 */
final class MergedFile {

    private static final int BUFFER_BYTES = 1 << 18;

    private MergedFile() {}

    /** Concatenates in the order of names, see {@link ResultFileNames}. */
    static void of(Path folder) throws IOException {
        FileSystem files = folder.getFileSystem();
        Path merged = new Path(folder, ResultFileNames.MERGED);
        // INVARIANT: all parts are seen before it is seen that there is no merged file. Parts are
        // removed only when there is one, so what was seen is complete.
        List<Path> parts = parts(files, folder);
        if (!files.exists(merged)) {
            if (parts.size() < 2) {
                return;
            }
            write(files, parts, merged);
        }
        for (Path part : parts) {
            files.delete(part, false);
        }
    }

    private static List<Path> parts(FileSystem files, Path folder) throws IOException {
        FileStatus @Nullable [] all;
        try {
            all = files.listStatus(folder);
        } catch (FileNotFoundException e) {
            all = null;
        }
        if (all == null) {
            return List.of();
        }
        List<Path> parts = new ArrayList<>();
        Arrays.stream(all)
                .filter(file -> !file.isDir() && ResultFileNames.isPart(file.getPath().getName()))
                .map(file -> new Path(folder, file.getPath().getName()))
                .sorted(Comparator.comparing(Path::getName))
                .forEach(parts::add);
        return parts;
    }

    private static void write(FileSystem files, List<Path> parts, Path merged) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (RecoverableFsDataOutputStream out = files.createRecoverableWriter().open(merged)) {
            for (Path part : parts) {
                try (FSDataInputStream in = files.open(part)) {
                    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                        out.write(buffer, 0, count);
                    }
                }
            }
            out.sync();
            out.closeForCommit().commit();
        }
    }
}
