package io.millrace.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchResultFolderTest {

    @TempDir private Path temporary;

    @Test
    void removesABatchWithWhateverIsBelowAndNoOther() throws IOException {
        Path folder = temporary.resolve("results");
        Files.createDirectories(folder.resolve("a/arrow"));
        Files.createDirectories(folder.resolve("b"));
        Files.writeString(folder.resolve("a/part-1.jsonl"), "{}\n");
        Files.writeString(folder.resolve("a/arrow/part-1.arrow"), "x");
        BatchResultFolder results = new BatchResultFolder(folder.toUri().toString());

        results.remove("a");
        results.remove("never-written");

        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(folder.resolve("b")).exists();
    }

    @Test
    void mergesTheLinesOfABatchInTheOrderOfTheirFiles() throws IOException {
        Path batch = parts("b", "part-2.jsonl", "part-1.jsonl", "part-10.jsonl");
        Files.createDirectories(batch.resolve("arrow"));
        Files.writeString(batch.resolve("arrow/part-1.arrow"), "x");
        BatchResultFolder results = new BatchResultFolder(temporary.toUri().toString());

        results.merge("b");
        results.merge("b");
        results.merge("never-written");

        assertThat(batch.resolve("results.jsonl"))
                .hasContent("part-1.jsonl\npart-10.jsonl\npart-2.jsonl\n");
        assertThat(names(batch)).containsExactlyInAnyOrder("arrow", "results.jsonl");
        assertThat(batch.resolve("arrow/part-1.arrow")).exists();
    }

    /** Killed while it removed: what is left is in the merged file already. */
    @Test
    void goesOnRemovingWhatWasMerged() throws IOException {
        Path batch = parts("c", "part-2.jsonl", "part-3.jsonl");
        Files.writeString(batch.resolve("results.jsonl"), "1\n2\n3\n");

        new BatchResultFolder(temporary.toUri().toString()).merge("c");

        assertThat(batch.resolve("results.jsonl")).hasContent("1\n2\n3\n");
        assertThat(names(batch)).containsExactly("results.jsonl");
    }

    /** Killed while it wrote: what it wrote so far has another name. */
    @Test
    void beginsAgainWhenTheMergedFileWasNotComplete() throws IOException {
        Path batch = parts("d", "part-1.jsonl", "part-2.jsonl");
        Files.writeString(batch.resolve(".results.jsonl.inprogress.1"), "part-1");

        new BatchResultFolder(temporary.toUri().toString()).merge("d");

        assertThat(batch.resolve("results.jsonl")).hasContent("part-1.jsonl\npart-2.jsonl\n");
    }

    @Test
    void leavesOneFileAsItIs() throws IOException {
        Path batch = parts("e", "part-1.jsonl");

        new BatchResultFolder(temporary.toUri().toString()).merge("e");

        assertThat(names(batch)).containsExactly("part-1.jsonl");
    }

    /** Files that hold their own names. */
    private Path parts(String id, String... names) throws IOException {
        Path batch = Files.createDirectories(temporary.resolve(id));
        for (String name : names) {
            Files.writeString(batch.resolve(name), name + "\n");
        }
        return batch;
    }

    private static List<String> names(Path batch) throws IOException {
        try (Stream<Path> files = Files.list(batch)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../up", "a/b", "/", "-a", "a\\b", "a\u0000", "%2e%2e"})
    void refusesWhatCouldLeaveTheFolder(String batch) {
        BatchResultFolder results = new BatchResultFolder(temporary.toUri().toString());

        assertThatThrownBy(() -> results.remove(batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("batch: ");
        assertThatThrownBy(() -> results.merge(batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("batch: ");
        assertThat(temporary).exists();
    }
}
