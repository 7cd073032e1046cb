package io.millrace.job.topology;

import io.millrace.gpu.engine.DjlEngineFactory;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.nio.file.Path;

/**
 * A model on disk that was checked before any job is built with it.
 *
 * @param engines start the engine that serves it
 */
public record ServedModel(Model model, DjlEngineFactory engines) {

    /**
     * Opens and checks it; loads nothing.
     *
     * @throws io.millrace.gpu.model.ModelFormatException naming the file and what is wrong with it
     */
    public static ServedModel open(EngineSettings settings) {
        ModelDirectory directory = ModelDirectory.open(Path.of(settings.model()));
        DjlEngineFactory engines = new DjlEngineFactory(settings);
        return new ServedModel(
                new Model(
                        directory.name(),
                        engines,
                        ModelPromptEncoder.factory(settings.model()),
                        directory.samplingDefaults()),
                engines);
    }
}
