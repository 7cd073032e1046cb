package io.millrace.job.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsReferenceTest {

    private static final Path DOCUMENT = Path.of("../docs/options.md");

    @Test
    void documentStatesTheOptionsAsTheyAre() throws IOException {
        if (Boolean.getBoolean("millrace.write-docs")) {
            Files.writeString(DOCUMENT, OptionsReference.markdown());
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/options.md is stale: run the command in its first lines")
                .isEqualTo(OptionsReference.markdown());
    }
}
