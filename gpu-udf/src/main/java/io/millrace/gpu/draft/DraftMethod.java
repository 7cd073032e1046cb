package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.ModelDirectory;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A method of drafting. Stateless.
 *
 * @param opener opens the files that the settings name and checks that they fit the model
 * @param recognises whether a directory holds a draft of this method
 */
record DraftMethod(Opener opener, Predicate<Path> recognises) {

    /** Opens a method's files. */
    interface Opener {

        /**
         * Opens and checks.
         *
         * @throws io.millrace.gpu.model.ModelFormatException naming file, tensor, what was found
         *     and what was expected
         */
        DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target);
    }

    /** A method that needs neither files nor features. */
    static DraftMethod withoutWeights(Function<SpeculationSettings, Drafter> drafter) {
        return new DraftMethod(
                (settings, target) ->
                        new DraftCheckpoint() {
                            @Override
                            public TargetFeatures features() {
                                return TargetFeatures.NONE;
                            }

                            @Override
                            public Drafter load(DraftContext context) {
                                return drafter.apply(settings);
                            }
                        },
                directory -> false);
    }
}
