package io.millrace.gpu.draft;

import io.millrace.gpu.model.ModelDirectory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every method of drafting by its name, the one place where they are registered. */
public final class Drafters {

    static final String EAGLE = "eagle";
    static final String MEDUSA = "medusa";
    static final String PROMPT_LOOKUP = "prompt-lookup";

    private static final Map<String, DraftMethod> METHODS =
            new TreeMap<>(
                    Map.of(
                            EAGLE,
                            EagleCheckpoint::open,
                            MEDUSA,
                            MedusaCheckpoint::open,
                            PROMPT_LOOKUP,
                            DraftMethod.withoutWeights(PromptLookupDrafter::new)));

    private Drafters() {}

    /** The names, sorted. */
    public static List<String> names() {
        return List.copyOf(METHODS.keySet());
    }

    /**
     * Opens and checks what the settings name, before the model is loaded.
     *
     * @return the drafters' checkpoints; the planner picks among them
     * @throws IllegalArgumentException if the method needs a directory and has none
     * @throws io.millrace.gpu.model.ModelFormatException if its files do not fit
     */
    public static List<DraftCheckpoint> open(SpeculationSettings settings, ModelDirectory target) {
        DraftMethod method = METHODS.get(settings.method());
        if (method == null) {
            throw new IllegalArgumentException(
                    "engine.speculation.method: %s (expected: one of %s)"
                            .formatted(settings.method(), String.join(", ", names())));
        }
        return List.of(method.open(settings, target));
    }
}
