package io.millrace.connectors.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that grows by pieces, of which there is never a part: when one cannot be written, what
 * there is of it is cut off. Not thread-safe.
 *
 * <p>It writes by {@link RandomAccessFile} and not by a channel, since Flink cancels a task by
 * interrupting it, and an interrupted channel closes in the middle of a piece.
 */
final class OutputFile implements Closeable {

    private final Path path;
    private final Disk disk;
    private long length;

    OutputFile(Path path, Disk disk) {
        this.path = path;
        this.disk = disk;
    }

    static OutputFile open(Path path) throws UnusableFileException {
        try {
            return new OutputFile(path, new LocalDisk(new RandomAccessFile(path.toFile(), "rw")));
        } catch (IOException e) {
            throw unusable(path, "opened", e);
        }
    }

    /** What the operating system does; apart, so that tests can have a full disk. */
    interface Disk extends Closeable {
        long length() throws IOException;

        /** Sets the length and goes there. */
        void cutTo(long length) throws IOException;

        void write(byte[] bytes) throws IOException;

        void sync() throws IOException;
    }

    long length() {
        return length;
    }

    /**
     * Cuts the file to what it was at a checkpoint.
     *
     * @throws UnusableFileException if it is shorter
     */
    void cutTo(long wanted) throws UnusableFileException {
        try {
            long present = disk.length();
            if (present < wanted) {
                throw new UnusableFileException(
                        ("output: %s has %d bytes (expected: at least %d, as at the checkpoint;"
                                        + " it was changed, or belongs to another run)")
                                .formatted(path, present, wanted),
                        null);
            }
            disk.cutTo(wanted);
            length = wanted;
        } catch (UnusableFileException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(path, "cut to its length at the checkpoint", e);
        }
    }

    /** Writes a piece through to the operating system. */
    void append(byte[] piece) throws UnusableFileException {
        if (piece.length == 0) {
            return;
        }
        try {
            disk.write(piece);
            length += piece.length;
        } catch (IOException e) {
            UnusableFileException failure = unusable(path, "written", e);
            try {
                disk.cutTo(length);
            } catch (IOException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    /** Returns when what was written is on the disk. */
    void sync() throws UnusableFileException {
        try {
            disk.sync();
        } catch (IOException e) {
            throw unusable(path, "written through to the disk", e);
        }
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private static UnusableFileException unusable(Path path, String what, IOException cause) {
        return new UnusableFileException(
                "output: %s cannot be %s: %s".formatted(path, what, cause.getMessage()), cause);
    }

    private record LocalDisk(RandomAccessFile file) implements Disk {
        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public void cutTo(long length) throws IOException {
            file.setLength(length);
            file.seek(length);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            file.write(bytes);
        }

        @Override
        public void sync() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
