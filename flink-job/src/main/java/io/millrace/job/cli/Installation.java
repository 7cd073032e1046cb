package io.millrace.job.cli;

import io.millrace.job.catalog.ModelCatalog;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this copy of Millrace lives and where it may keep files of the user.
 *
 * @param home the distribution's folder
 * @param cache where pulled models live
 */
public record Installation(Path home, Path cache) {

    private static final String HOME_PROPERTY = "millrace.home";
    private static final String LOG_PROPERTY = "millrace.log.dir";

    /** As the launcher and the environment say. */
    public static Installation fromSystem() {
        return new Installation(
                Path.of(System.getProperty(HOME_PROPERTY, ".")).toAbsolutePath().normalize(),
                cacheFolder(System.getenv(), Path.of(System.getProperty("user.home", "."))));
    }

    /** {@code MILLRACE_CACHE}, else {@code millrace/models} in the user's cache. */
    static Path cacheFolder(Map<String, String> environment, Path userHome) {
        return set(environment, "MILLRACE_CACHE")
                .or(() -> set(environment, "XDG_CACHE_HOME").map(p -> p.resolve("millrace/models")))
                .orElseGet(() -> userHome.resolve(".cache/millrace/models"))
                .toAbsolutePath();
    }

    private static Optional<Path> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    /** The models that this copy knows. */
    public ModelCatalog catalog() {
        return new ModelCatalog(home.resolve("models"), cache);
    }

    /** Where the details of failures are written. */
    public static Path logFile() {
        return Path.of(System.getProperty(LOG_PROPERTY, "."), "millrace.log");
    }
}
