package io.millrace.job.cli;

import io.millrace.job.catalog.CatalogException;
import io.millrace.job.catalog.KnownModel;
import io.millrace.job.catalog.ModelCatalog;
import java.nio.file.Path;
import java.util.Optional;

/** Chooses the model that the demo answers with, fetching the real one where that is possible. */
final class DemoModel {

    private final Terminal terminal;
    private final Installation installation;

    DemoModel(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    /** The real model from the cache or by a pull. */
    Path choose() throws InterruptedException {
        KnownModel real = KnownModel.SMOLLM2;
        Optional<Path> cached = installation.catalog().cached(real.name());
        if (cached.isPresent()) {
            return cached.get();
        }
        try {
            return new ModelDownload(terminal, installation).pull(real);
        } catch (CatalogException e) {
            terminal.note(String.valueOf(e.getMessage()));
            return embedded();
        }
    }

    /** The real model from the cache, else the embedded one. */
    Path chooseOffline() {
        return installation.catalog().cached(KnownModel.SMOLLM2.name()).orElseGet(this::embedded);
    }

    private Path embedded() {
        terminal.note(
                ("Answering with the embedded %s: 1.4 million parameters, it babbles. For real"
                                + " answers: millrace models pull %s")
                        .formatted(ModelCatalog.EMBEDDED, KnownModel.SMOLLM2.name()));
        return installation.catalog().byDefault();
    }
}
