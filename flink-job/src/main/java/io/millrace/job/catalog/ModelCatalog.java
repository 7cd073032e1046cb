package io.millrace.job.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds models by path or name: in the user's cache, then among those that came with the
 * distribution. Reads the file system on each call; safe for any thread.
 */
public final class ModelCatalog {

    /** The model that is always there. */
    public static final String EMBEDDED = "tiny-chat";

    private final Path embedded;
    private final Path cache;

    /**
     * A catalog over two folders, neither of which need exist.
     *
     * @param embedded models that came with the distribution, one folder each
     * @param cache models that the user pulled, one folder each
     */
    public ModelCatalog(Path embedded, Path cache) {
        this.embedded = embedded;
        this.cache = cache;
    }

    /** A model that is on this machine. */
    public record Local(String name, Path path, long bytes, Origin origin) {}

    /** Where a local model came from. */
    public enum Origin {
        EMBEDDED,
        CACHED
    }

    /** The folder that pulled models live in. */
    public Path cache() {
        return cache;
    }

    /** The model of that name in the cache. */
    public Optional<Path> cached(String name) {
        return folderOf(cache, name);
    }

    /** Every model on this machine, embedded ones first, each list by name. */
    public List<Local> local() {
        List<Local> models = new ArrayList<>(list(embedded, Origin.EMBEDDED));
        models.addAll(list(cache, Origin.CACHED));
        return models;
    }

    /**
     * The model that {@code --model} means.
     *
     * @throws CatalogException if there is none, listing those that exist and can be pulled
     */
    public Path resolve(String nameOrPath) {
        return asPath(nameOrPath)
                .or(() -> folderOf(cache, nameOrPath))
                .or(() -> folderOf(embedded, nameOrPath))
                .orElseThrow(() -> unknown(nameOrPath));
    }

    /** The embedded model that a job uses when nothing else is named. */
    public Path byDefault() {
        return resolve(EMBEDDED);
    }

    private CatalogException unknown(String name) {
        Optional<KnownModel> pullable = KnownModel.named(name);
        if (pullable.isPresent()) {
            return new CatalogException(
                    "model: %s is not on this machine yet; fetch it with: millrace models pull %s"
                            .formatted(name, name));
        }
        List<String> names = local().stream().map(Local::name).toList();
        return new CatalogException(
                "model: %s (expected: a folder, a .gguf file, or one of %s; can be pulled: %s)"
                        .formatted(
                                name,
                                String.join(", ", names),
                                String.join(
                                        ", ",
                                        KnownModel.all().stream().map(KnownModel::name).toList())));
    }

    private static Optional<Path> asPath(String text) {
        try {
            Path path = Path.of(text);
            return Files.exists(path) ? Optional.of(path.toAbsolutePath()) : Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    private static Optional<Path> folderOf(Path parent, String name) {
        boolean plain = !name.isEmpty() && !name.contains("/") && !name.startsWith(".");
        Path folder = plain ? parent.resolve(name) : parent;
        return plain && isModel(folder) ? Optional.of(folder) : Optional.empty();
    }

    private static List<Local> list(Path parent, Origin origin) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.filter(ModelCatalog::isModel)
                    .sorted()
                    .map(folder -> describe(folder, origin))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Local describe(Path folder, Origin origin) {
        try {
            return new Local(
                    String.valueOf(folder.getFileName()), folder, Folders.size(folder), origin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draft heads have weights too; only a model has a tokenizer. */
    private static boolean isModel(Path folder) {
        return Files.isRegularFile(folder.resolve("tokenizer.json"));
    }
}
