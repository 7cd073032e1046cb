package io.millrace.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogTest {

    @TempDir private Path folder;

    private Path embedded;
    private Path cache;
    private ModelCatalog catalog;

    @BeforeEach
    void createModels() throws IOException {
        embedded = folder.resolve("embedded");
        cache = folder.resolve("cache");
        catalog = new ModelCatalog(embedded, cache);
        model(embedded.resolve("tiny-chat"));
        model(cache.resolve("pulled"));
        model(cache.resolve("tiny-chat"));
        Files.createDirectories(cache.resolve("half.partial"));
        Files.createDirectories(embedded.resolve("tiny-chat-medusa"));
    }

    @Test
    void listsModelsAndNothingElse() {
        assertThat(catalog.local())
                .extracting(ModelCatalog.Local::name)
                .containsExactly("tiny-chat", "pulled", "tiny-chat");
    }

    @Test
    void aPathComesBeforeTheCacheAndTheCacheBeforeTheEmbedded() throws IOException {
        Path file = Files.writeString(folder.resolve("some.gguf"), "x");

        assertThat(catalog.resolve(file.toString())).isEqualTo(file.toAbsolutePath());
        assertThat(catalog.resolve("pulled")).isEqualTo(cache.resolve("pulled"));
        assertThat(catalog.resolve("tiny-chat")).isEqualTo(cache.resolve("tiny-chat"));
    }

    @Test
    void whatIsNotThereIsRefusedWithWhatIs() {
        assertThatThrownBy(() -> catalog.resolve("nope"))
                .hasMessage(
                        "model: nope (expected: a folder, a .gguf file, or one of tiny-chat,"
                                + " pulled, tiny-chat; can be pulled: smollm2-135m-instruct)");
        assertThatThrownBy(() -> catalog.resolve("smollm2-135m-instruct"))
                .hasMessage(
                        "model: smollm2-135m-instruct is not on this machine yet; fetch it with:"
                                + " millrace models pull smollm2-135m-instruct");
        assertThatThrownBy(() -> catalog.resolve("../cache/pulled"))
                .isInstanceOf(CatalogException.class);
    }

    private static void model(Path path) throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("tokenizer.json"), "{}");
    }
}
