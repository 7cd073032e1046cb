package io.millrace.job.cli;

import io.millrace.job.catalog.KnownModel;
import io.millrace.job.catalog.ModelPuller;
import io.millrace.job.catalog.ModelSource;
import java.nio.file.Path;

/** Pulls a model and shows how it goes. For one thread. */
final class ModelDownload {

    private final Terminal terminal;
    private final Installation installation;

    ModelDownload(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    /** Returns the model's folder. */
    Path pull(KnownModel model) throws InterruptedException {
        terminal.note(
                "Pulling %s (%s), %d MB, into %s"
                        .formatted(
                                model.name(),
                                model.description(),
                                model.bytes() / Progress.Unit.MEGABYTES.size(),
                                installation.cache()));
        ModelPuller puller = new ModelPuller(installation.cache(), ModelPuller.usualSources());
        try (Progress progress =
                Progress.of(terminal, "pull", model.bytes(), Progress.Unit.MEGABYTES)) {
            return puller.pull(model, new Shown(progress));
        }
    }

    private final class Shown implements ModelPuller.Listener {
        private final Progress progress;

        Shown(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void trying(ModelSource source) {
            terminal.note("  from " + source.name() + " ...");
        }

        @Override
        public void failed(ModelSource source, String reason) {
            terminal.note("  " + source.name() + ": " + reason);
        }

        @Override
        public void progress(long bytes) {
            progress.update(bytes, "");
        }
    }
}
