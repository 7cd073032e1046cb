package io.millrace.gateway.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files of bodies that stopped arriving because their gateway was killed. A folder may be shared,
 * so only age tells them from those that arrive at another gateway now. Stateless; it blocks.
 */
public final class Leftovers {

    private Leftovers() {}

    /**
     * Removes files of a folder, if there is one.
     *
     * @param which by name
     * @param before removes only what was last written earlier
     * @return how many there were
     */
    public static int remove(Path folder, Predicate<String> which, Instant before) {
        int removed = 0;
        try {
            for (Path file : files(folder)) {
                if (which.test(file.getFileName().toString()) && isOlder(file, before)) {
                    removed += Files.deleteIfExists(file) ? 1 : 0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("leftovers in " + folder, e);
        }
        return removed;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** One that somebody else has removed meanwhile is nobody's. */
    private static boolean isOlder(Path file, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
