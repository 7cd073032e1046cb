package io.millrace.job.local;

import io.millrace.job.catalog.Folders;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder in which an interrupted run left its checkpoints, so that the same command goes on
 * where it was. One folder belongs to one run; not for two processes at once.
 */
public final class RunState {

    private static final String IDENTITY = "run.txt";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String METADATA = "_metadata";

    private final Path folder;
    private final String name;

    private RunState(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /**
     * Opens or creates the folder.
     *
     * @param identity what makes a run the same: input, output, model
     * @throws ConfigurationException if it belongs to another run
     */
    public static RunState open(Path folder, String identity) throws IOException {
        Path file = folder.resolve(IDENTITY);
        Files.createDirectories(folder.resolve(CHECKPOINTS));
        if (!Files.exists(file)) {
            Files.writeString(file, UUID.randomUUID() + "\n" + identity);
        }
        String[] nameAndIdentity = Files.readString(file).split("\n", 2);
        if (nameAndIdentity.length < 2 || !nameAndIdentity[1].equals(identity)) {
            throw new ConfigurationException(
                    "--state-dir: %s belongs to another run (%s); name another folder or delete it"
                            .formatted(folder, file));
        }
        return new RunState(folder, nameAndIdentity[0]);
    }

    /** A name that no other run has; the same each time that this one is resumed. */
    public String name() {
        return name;
    }

    /** Where the job shall write its checkpoints. */
    public Path checkpoints() {
        return folder.resolve(CHECKPOINTS);
    }

    /** The newest complete checkpoint. */
    public Optional<Path> latestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints())) {
            return files.filter(file -> file.endsWith(METADATA))
                    .max(Comparator.comparingLong(RunState::modified))
                    .map(Path::getParent);
        }
    }

    /** The run is complete: there is nothing to resume. */
    public void delete() throws IOException {
        Folders.delete(checkpoints());
        Files.deleteIfExists(folder.resolve(IDENTITY));
        try (Stream<Path> rest = Files.list(folder)) {
            if (rest.findAny().isPresent()) {
                return; // Something else of the user's.
            }
        }
        Files.delete(folder);
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }
}
