package io.millrace.gpu.draft;

import io.millrace.gpu.model.ModelDirectory;
import java.util.function.Function;

/** A method of drafting: opens its checkpoint for a model. Stateless. */
interface DraftMethod {

    /**
     * Opens the files that the settings name and checks that they fit the model.
     *
     * @throws io.millrace.gpu.model.ModelFormatException naming file, tensor, what was found and
     *     what was expected
     */
    DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target);

    /** A method that needs neither files nor features. */
    static DraftMethod withoutWeights(Function<SpeculationSettings, Drafter> drafter) {
        return (settings, target) ->
                new DraftCheckpoint() {
                    @Override
                    public TargetFeatures features() {
                        return TargetFeatures.NONE;
                    }

                    @Override
                    public Drafter load(DraftContext context) {
                        return drafter.apply(settings);
                    }
                };
    }
}
