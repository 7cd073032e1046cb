package io.millrace.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../up", "a/b", "/", "-a", "a\\b", "a\u0000", "%2e%2e"})
    void refusesWhatCouldLeaveTheFolder(String batch) {
        BatchResultFolder results = new BatchResultFolder(temporary.toUri().toString());

        assertThatThrownBy(() -> results.remove(batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("batch: ");
        assertThat(temporary).exists();
    }
}
