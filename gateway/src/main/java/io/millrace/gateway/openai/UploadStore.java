package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploaded files in a folder, each beside a file that describes it and is written last: one without
 * the other is not there. Only ids that the gateway could have made become names. Safe for any
 * thread, and for several gateways on one folder; it blocks.
 */
final class UploadStore {

    private static final Logger LOG = LoggerFactory.getLogger(UploadStore.class);
    private static final String DESCRIPTION = ".json";
    private static final String PART = ".part";

    private final Path folder;
    private final InstantSource clock;

    UploadStore(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Where bytes can arrive before it is known what they are. */
    Path newPart() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempFile(folder, "upload-", PART);
    }

    /** Makes a part a file. */
    void add(UploadedFile file, Path part) throws IOException {
        Files.move(part, content(file.id()), StandardCopyOption.ATOMIC_MOVE);
        ObjectNode json = file.toJson().put("workspace", file.workspace());
        Path description = Files.createTempFile(folder, "upload-", PART);
        Files.write(description, Json.bytes(json));
        Files.move(description, description(file.id()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The file if the id is one, the workspace may see it, and it has not expired. */
    Optional<UploadedFile> find(String workspace, String id) {
        if (!Ids.isId(UploadedFile.ID_PREFIX, id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(id))
                    .filter(file -> !hasExpired(file) && file.workspace().equals(workspace));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("uploaded file " + id, e);
        }
    }

    /** All of a workspace, newest first. */
    List<UploadedFile> all(String workspace) {
        return ids().stream().flatMap(id -> find(workspace, id).stream()).toList();
    }

    /**
     * Removes files that have expired, parts that arrive no more, and bytes that were never
     * described. A file that cannot be looked at is logged and left.
     *
     * @param before nobody writes a part any more that was written last before that
     * @return how many there were
     */
    int removeExpired(Instant before) {
        int removed = 0;
        for (String id : ids()) {
            try {
                if (hasExpired(read(id))) {
                    delete(id);
                    removed++;
                }
            } catch (NoSuchFileException e) {
                LOG.debug("uploaded file {} was removed meanwhile", id);
            } catch (IOException | ClassCastException e) {
                LOG.warn("uploaded file {} is left as it is", id, e);
            }
        }
        return removed
                + Leftovers.remove(
                        folder, name -> name.endsWith(PART) || isUndescribed(name), before);
    }

    private boolean isUndescribed(String name) {
        return Ids.isId(UploadedFile.ID_PREFIX, name) && !Files.exists(description(name));
    }

    private UploadedFile read(String id) throws IOException {
        byte[] json = Files.readAllBytes(description(id));
        return UploadedFile.fromJson((ObjectNode) Json.MAPPER.readTree(json));
    }

    private boolean hasExpired(UploadedFile file) {
        Long expiresS = file.expiresS();
        return expiresS != null && expiresS <= clock.millis() / 1000;
    }

    private List<String> ids() {
        List<String> ids = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(DESCRIPTION))
                        .map(name -> name.substring(0, name.length() - DESCRIPTION.length()))
                        .sorted((a, b) -> b.compareTo(a))
                        .forEach(ids::add);
            } catch (IOException e) {
                throw new UncheckedIOException("uploads in " + folder, e);
            }
        }
        return ids;
    }

    /** The bytes of a file that was found. */
    Path content(String id) {
        return folder.resolve(id);
    }

    /** Removes a file that was found. */
    void delete(String id) throws IOException {
        Files.deleteIfExists(description(id));
        Files.deleteIfExists(content(id));
    }

    private Path description(String id) {
        return folder.resolve(id + DESCRIPTION);
    }
}
