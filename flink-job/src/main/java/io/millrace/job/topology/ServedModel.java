package io.millrace.job.topology;

import io.millrace.core.predict.LengthPredictor;
import io.millrace.core.predict.UpperBoundPredictor;
import io.millrace.gpu.engine.DjlEngineFactory;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.predict.ElisPredictor;
import io.millrace.gpu.predict.PredictorFiles;
import io.millrace.gpu.predict.PredictorKind;
import io.millrace.gpu.predict.PredictorSettings;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.operators.predict.PredictFunction;
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
                        predictors(settings, directory),
                        directory.samplingDefaults()),
                engines);
    }

    private static PredictFunction.Factory predictors(
            EngineSettings settings, ModelDirectory model) {
        return settings.chosenPredictor()
                .map(PredictorSettings::path)
                .filter(at -> PredictorFiles.open(at, model).kind() == PredictorKind.ELIS)
                .<PredictFunction.Factory>map(at -> new Elis(at.toString(), settings.model()))
                // What reads hidden states has nothing to say before there are any.
                .orElse(UpperBoundPredictor::new);
    }

    private record Elis(String directory, String model) implements PredictFunction.Factory {
        @Override
        public LengthPredictor open() {
            return ElisPredictor.open(Path.of(directory), Path.of(model));
        }
    }
}
