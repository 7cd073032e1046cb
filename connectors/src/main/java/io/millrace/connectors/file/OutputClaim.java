package io.millrace.connectors.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whose an output file is. The note beside it, {@code NAME.incomplete}, holds the name of the run
 * that writes it and goes when the run has ended; so a run that starts over knows its own file from
 * one that must not be touched.
 */
record OutputClaim(Path file, Path note, ExistingOutput existing, String run) {

    static OutputClaim of(Path file, ExistingOutput existing, String run) {
        return new OutputClaim(
                file, file.resolveSibling(file.getFileName() + ".incomplete"), existing, run);
    }

    /**
     * Looks whether this run may write the file from its beginning.
     *
     * @throws UnusableFileException if not
     */
    void check() throws UnusableFileException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw refusal("a regular file");
            }
            Path directory = file.getParent();
            if (directory == null || !Files.isDirectory(directory)) {
                throw refusal("a file in a directory that exists");
            }
            if (existing == ExistingOutput.REPLACE || isOurs()) {
                return;
            }
            if (Files.exists(note)) {
                throw refusal(
                        "a new file; %s says that another run is writing it or was interrupted:"
                                        .formatted(note.getFileName())
                                + " resume that run, or allow overwriting");
            }
            if (Files.exists(file) && Files.size(file) > 0) {
                throw refusal(
                        "a new or empty file; this one has %d bytes: name another, or allow"
                                        .formatted(Files.size(file))
                                + " overwriting");
            }
        } catch (UnusableFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UnusableFileException("output: " + file + ": " + e.getMessage(), e);
        }
    }

    private boolean isOurs() throws IOException {
        return Files.exists(note) && Files.readString(note).equals(run);
    }

    private UnusableFileException refusal(String rule) {
        return new UnusableFileException("output: %s (expected: %s)".formatted(file, rule), null);
    }

    /** Takes the file. */
    void take() throws IOException {
        Files.writeString(note, run);
    }

    /** Says that the file is complete. */
    void release() throws IOException {
        Files.deleteIfExists(note);
    }
}
