package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Uploaded files in a folder, each beside a file that describes it and is written last: one without
 * the other is not there. Only ids that the gateway could have made become names. Safe for any
 * thread, and for several gateways on one folder; it blocks.
 */
final class UploadStore {

    private static final String DESCRIPTION = ".json";

    private final Path folder;
    private final InstantSource clock;

    UploadStore(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Where bytes can arrive before it is known what they are. */
    Path newPart() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempFile(folder, "upload-", ".part");
    }

    /** Makes a part a file. */
    void add(UploadedFile file, Path part) throws IOException {
        Files.move(part, content(file.id()), StandardCopyOption.ATOMIC_MOVE);
        ObjectNode json = file.toJson().put("workspace", file.workspace());
        Path description = Files.createTempFile(folder, "upload-", ".part");
        Files.write(description, Json.bytes(json));
        Files.move(description, description(file.id()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The file if the id is one, the workspace may see it, and it has not expired. */
    Optional<UploadedFile> find(String workspace, String id) {
        if (!Ids.isId(UploadedFile.ID_PREFIX, id)) {
            return Optional.empty();
        }
        try {
            byte[] json = Files.readAllBytes(description(id));
            UploadedFile file = UploadedFile.fromJson((ObjectNode) Json.MAPPER.readTree(json));
            Long expiresS = file.expiresS();
            boolean alive = expiresS == null || expiresS > clock.millis() / 1000;
            return Optional.of(file).filter(f -> alive && f.workspace().equals(workspace));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("uploaded file " + id, e);
        }
    }

    /** All of a workspace, newest first. */
    List<UploadedFile> all(String workspace) {
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
        return ids.stream().flatMap(id -> find(workspace, id).stream()).toList();
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
