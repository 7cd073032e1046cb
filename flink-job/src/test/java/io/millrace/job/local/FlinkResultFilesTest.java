package io.millrace.job.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gateway.results.ResultFiles.Part;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkResultFilesTest {

    @TempDir private Path folder;

    private FlinkResultFiles files() {
        return new FlinkResultFiles(new org.apache.flink.core.fs.Path("remote://" + folder));
    }

    @Test
    void partsAreListedInOrderAndReadFromAnyByteOn() throws Exception {
        Path batch = Files.createDirectories(folder.resolve("batch_1"));
        Files.writeString(batch.resolve("part-b.jsonl"), "de");
        Files.writeString(batch.resolve("part-a.jsonl"), "abc");
        Files.writeString(batch.resolve(".part-c.jsonl.inprogress"), "no");
        Files.createDirectories(batch.resolve("part-folder"));
        FlinkResultFiles files = files();

        List<Part> parts = files.parts("batch_1");

        assertThat(parts).containsExactly(new Part("part-a.jsonl", 3), new Part("part-b.jsonl", 2));
        try (InputStream in = files.open("batch_1", parts.get(0), 1)) {
            assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("bc");
        }
        assertThat(files.parts("batch_2")).isEmpty();
    }

    @Test
    void theMergedFileCountsAlone() throws Exception {
        Path batch = Files.createDirectories(folder.resolve("batch_1"));
        Files.writeString(batch.resolve("part-b.jsonl"), "de");
        Files.writeString(batch.resolve("results.jsonl"), "abcde");

        assertThat(files().parts("batch_1")).containsExactly(new Part("results.jsonl", 5));
    }

    @Test
    void namesThatAreNoIdsReachNoFile() {
        FlinkResultFiles files = files();

        for (String name : List.of("..", ".", "a/b", "", "/etc", "a\0b", "s3://x")) {
            assertThatThrownBy(() -> files.parts(name))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.open(name, new Part("part-a", 1), 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
