package io.millrace.gpu.predict;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * A trained length predictor, as an engine is told of it.
 *
 * @param directory where it is
 * @param online whether its quantiles are corrected by the answers that end
 */
public record PredictorSettings(String directory, boolean online) implements Serializable {

    /** Where it is. */
    public Path path() {
        return Path.of(directory);
    }
}
