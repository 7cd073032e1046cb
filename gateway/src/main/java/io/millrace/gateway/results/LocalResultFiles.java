package io.millrace.gateway.results;

import io.millrace.wire.ResultFileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Results in {@code FOLDER/<batch id>/}, on this machine or mounted. Only ids of batches that exist
 * get here, and only such as are safe in a path are looked up. Safe for any thread.
 */
public final class LocalResultFiles implements ResultFiles {

    private final Path folder;

    /** Results below a folder, which need not exist yet. */
    public LocalResultFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Part> parts(String batch) throws IOException {
        Path own = folder(batch);
        List<Part> files = list(own);
        // Looked for last: parts are missing from the list only if there is a merged file by now.
        Path merged = own.resolve(ResultFileNames.MERGED);
        if (Files.isRegularFile(merged, LinkOption.NOFOLLOW_LINKS)) {
            return List.of(new Part(ResultFileNames.MERGED, Files.size(merged)));
        }
        return ResultFiles.several(files);
    }

    @Override
    public List<Part> arrowParts(String batch) throws IOException {
        return ResultFiles.below(list(folder(batch).resolve(ResultFileNames.ARROW)));
    }

    private static List<Part> list(Path own) throws IOException {
        List<Part> files = new ArrayList<>();
        if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            return files;
        }
        Files.walkFileTree(
                own,
                Set.of(),
                1,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        // Files that are still written have names that begin with a dot.
                        if (attributes.isRegularFile()) {
                            String name = file.getFileName().toString();
                            files.add(new Part(name, attributes.size()));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }

    @Override
    public InputStream open(String batch, Part part, long from) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(folder(batch).resolve(part.name()));
        return Channels.newInputStream(channel.position(from));
    }

    private Path folder(String batch) {
        return folder.resolve(ResultFiles.checked(batch));
    }
}
