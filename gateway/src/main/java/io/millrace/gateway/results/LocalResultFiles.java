package io.millrace.gateway.results;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Results in {@code FOLDER/<batch id>/part-*}, on this machine or mounted. Only ids of batches that
 * exist get here, and only such as are safe in a path are looked up. Safe for any thread.
 */
public final class LocalResultFiles implements ResultFiles {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
    private static final String PREFIX = "part-";

    private final Path folder;

    /** Results below a folder, which need not exist yet. */
    public LocalResultFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Part> parts(String batch) throws IOException {
        Path own = folder(batch);
        List<Part> parts = new ArrayList<>();
        if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            return parts;
        }
        Files.walkFileTree(
                own,
                Set.of(),
                1,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String name = file.getFileName().toString();
                        // Files that are still written have names that begin with a dot.
                        if (attributes.isRegularFile() && name.startsWith(PREFIX)) {
                            parts.add(new Part(name, attributes.size()));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        parts.sort(Comparator.comparing(Part::name));
        return parts;
    }

    @Override
    public SeekableByteChannel open(String batch, Part part) throws IOException {
        return Files.newByteChannel(folder(batch).resolve(part.name()));
    }

    private Path folder(String batch) {
        if (!SAFE.matcher(batch).matches()) {
            throw new IllegalArgumentException(
                    "batch: %s (expected: letters, digits, _ and -)".formatted(batch));
        }
        return folder.resolve(batch);
    }
}
