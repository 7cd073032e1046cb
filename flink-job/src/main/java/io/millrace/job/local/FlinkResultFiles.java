package io.millrace.job.local;

import io.millrace.gateway.results.ResultFiles;
import io.millrace.wire.ResultFileNames;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Results on any file system that Flink knows, such as {@code s3://}: that for which a plugin is
 * there. Only ids that cannot leave the folder are looked up. Safe for any thread.
 */
final class FlinkResultFiles implements ResultFiles {

    private final Path folder;

    FlinkResultFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Part> parts(String batch) throws IOException {
        Path own = folder(batch);
        FileSystem files = own.getFileSystem();
        List<Part> found = list(files, own);
        // Looked for last: parts are missing from the list only if there is a merged file by now.
        Path merged = new Path(own, ResultFileNames.MERGED);
        return files.exists(merged)
                ? List.of(new Part(merged.getName(), files.getFileStatus(merged).getLen()))
                : ResultFiles.several(found);
    }

    @Override
    public List<Part> arrowParts(String batch) throws IOException {
        Path own = new Path(folder(batch), ResultFileNames.ARROW);
        return ResultFiles.below(list(own.getFileSystem(), own));
    }

    private static List<Part> list(FileSystem files, Path own) throws IOException {
        List<Part> found = new ArrayList<>();
        FileStatus @Nullable [] all;
        try {
            all = files.listStatus(own);
        } catch (FileNotFoundException e) {
            return found;
        }
        for (FileStatus file : all == null ? new FileStatus[0] : all) {
            if (!file.isDir()) {
                found.add(new Part(file.getPath().getName(), file.getLen()));
            }
        }
        return found;
    }

    @Override
    public InputStream open(String batch, Part part, long from) throws IOException {
        Path file = new Path(folder(batch), part.name());
        FSDataInputStream in = file.getFileSystem().open(file);
        try {
            in.seek(from);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private Path folder(String batch) {
        return new Path(folder, ResultFiles.checked(batch));
    }
}
