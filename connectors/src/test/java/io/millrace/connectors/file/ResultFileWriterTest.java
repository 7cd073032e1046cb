package io.millrace.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileWriterTest {

    @TempDir private Path directory;

    private Path file = Path.of("set by the set-up");
    private Path note = file;

    @BeforeEach
    void nameTheFiles() {
        file = directory.resolve("out.jsonl");
        note = directory.resolve("out.jsonl.incomplete");
    }

    @Test
    void everyRecordIsInTheFileAtOnceAndTheNoteGoesAtTheEnd() throws Exception {
        ResultFileWriter<String> writer = start("run", ExistingOutput.REFUSE);

        write(writer, "a\n");
        assertThat(file).hasContent("a\n");
        write(writer, "b\n");
        assertThat(file).hasContent("a\nb\n");
        assertThat(note).hasContent("run");

        writer.flush(true);
        writer.close();
        assertThat(file).hasContent("a\nb\nend\n");
        assertThat(note).doesNotExist();
    }

    @Test
    void restoredWriterCutsWhatCameAfterTheCheckpoint() throws Exception {
        ResultFileWriter<String> writer = start("run", ExistingOutput.REFUSE);
        write(writer, "a\n");
        long length = writer.snapshotState(1).get(0);
        write(writer, "b\n");
        writer.close();

        ResultFileWriter<String> restored = resume("another run", length);
        write(restored, "c\n");
        restored.flush(true);
        restored.close();

        assertThat(file).hasContent("a\nc\nend\n");
        assertThat(note).doesNotExist();
    }

    @Test
    void runThatFailedBeforeItsFirstCheckpointStartsItsFileOver() throws Exception {
        ResultFileWriter<String> writer = start("run", ExistingOutput.REFUSE);
        write(writer, "a\n");
        writer.close();

        ResultFileWriter<String> again = start("run", ExistingOutput.REFUSE);
        write(again, "b\n");
        again.close();

        assertThat(file).hasContent("b\n");
    }

    @Test
    void fileOfSomebodyElseIsLeftAlone() throws Exception {
        Files.writeString(file, "precious");

        assertThatThrownBy(() -> start("run", ExistingOutput.REFUSE))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("out.jsonl (expected: a new or empty file; this one has 8");
        assertThatThrownBy(() -> ResultFileSink.requireWritable(file, ExistingOutput.REFUSE))
                .isInstanceOf(UnusableFileException.class);
        assertThat(file).hasContent("precious");
        assertThat(note).doesNotExist();
    }

    @Test
    void fileOfAnotherRunThatHasNotEndedIsLeftAlone() throws Exception {
        start("one", ExistingOutput.REFUSE).close();

        assertThatThrownBy(() -> start("two", ExistingOutput.REFUSE))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("out.jsonl.incomplete says that another run is writing it");
    }

    @Test
    void fileIsReplacedWhereThatIsAllowed() throws Exception {
        Files.writeString(file, "old");

        ResultFileWriter<String> writer = start("run", ExistingOutput.REPLACE);
        write(writer, "a\n");
        writer.close();

        assertThat(file).hasContent("a\n");
    }

    @Test
    void fileShorterThanAtTheCheckpointIsNotResumed() throws Exception {
        Files.writeString(file, "abc");

        assertThatThrownBy(() -> resume("run", 4))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("has 3 bytes (expected: at least 4, as at the checkpoint");
        assertThat(file).hasContent("abc");
    }

    @Test
    void directoriesAndMissingDirectoriesAreRefused() {
        assertThatThrownBy(() -> ResultFileSink.requireWritable(directory, ExistingOutput.REPLACE))
                .hasMessageContaining("expected: a regular file");
        assertThatThrownBy(
                        () ->
                                ResultFileSink.requireWritable(
                                        directory.resolve("no/out"), ExistingOutput.REPLACE))
                .hasMessageContaining("expected: a file in a directory that exists");
        assertThatCode(() -> ResultFileSink.requireWritable(file, ExistingOutput.REFUSE))
                .doesNotThrowAnyException();
    }

    @Test
    void fullDiskEndsTheJobForGoodAndLeavesWholeLines() throws Exception {
        FullDisk disk = new FullDisk(10);
        OutputFile output = new OutputFile(file, disk);
        output.append("12345\n".getBytes(UTF_8));

        assertThatThrownBy(() -> output.append("67890\n".getBytes(UTF_8)))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("out.jsonl cannot be written: No space left on device")
                .matches(
                        e ->
                                ThrowableClassifier.getThrowableType(e)
                                        == ThrowableType.NonRecoverableError);
        assertThat(disk.content.toString(UTF_8)).isEqualTo("12345\n");
    }

    @Test
    void closedFileIsNamed() throws Exception {
        OutputFile output = OutputFile.open(file);
        output.close();

        assertThatThrownBy(() -> output.append(new byte[] {1}))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("out.jsonl cannot be written: ");
    }

    @Test
    void stateIsEightBytes() throws IOException {
        assertThat(LengthSerializer.INSTANCE.serialize(258L))
                .containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
        assertThat(LengthSerializer.INSTANCE.deserialize(1, new byte[] {0, 0, 0, 0, 0, 0, 1, 2}))
                .isEqualTo(258L);
        assertThatThrownBy(() -> LengthSerializer.INSTANCE.deserialize(2, new byte[8]))
                .isInstanceOf(IOException.class);
    }

    private ResultFileWriter<String> start(String run, ExistingOutput existing) throws IOException {
        return ResultFileWriter.start(OutputClaim.of(file, existing, run), new Text());
    }

    private ResultFileWriter<String> resume(String run, long length) throws IOException {
        return ResultFileWriter.resume(
                OutputClaim.of(file, ExistingOutput.REFUSE, run), length, new Text());
    }

    @SuppressWarnings("NullAway") // The writer asks for no context.
    private static void write(ResultFileWriter<String> writer, String record) throws IOException {
        writer.write(record, null);
    }

    private static final class Text implements RecordEncoder<String> {
        @Override
        public byte[] add(String record) {
            return record.getBytes(UTF_8);
        }

        @Override
        public byte[] end() {
            return "end\n".getBytes(UTF_8);
        }
    }

    /** Takes so many bytes and, like a real one, a part of the write that is too much. */
    private static final class FullDisk implements OutputFile.Disk {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final int capacity;

        FullDisk(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public long length() {
            return content.size();
        }

        @Override
        public void cutTo(long length) {
            byte[] kept = content.toByteArray();
            content.reset();
            content.write(kept, 0, (int) length);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            int part = Math.min(bytes.length, capacity - content.size());
            content.write(bytes, 0, part);
            if (part < bytes.length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
