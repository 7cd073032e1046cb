package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every method of drafting by its name, the one place where they are registered. */
public final class Drafters {

    static final String DRAFT_MODEL = "draft-model";
    static final String EAGLE = "eagle";
    static final String LOOKAHEAD = "lookahead";
    static final String MEDUSA = "medusa";
    static final String PROMPT_LOOKUP = "prompt-lookup";

    static final String RECURRENT = "recurrent";

    private static final DraftMethod LOOKUP = DraftMethod.withoutWeights(PromptLookupDrafter::new);

    private static final Map<String, DraftMethod> METHODS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry(
                                    DRAFT_MODEL,
                                    new DraftMethod(
                                            DraftModelCheckpoint::open,
                                            DraftModelCheckpoint::isIn)),
                            Map.entry(
                                    EAGLE,
                                    new DraftMethod(EagleCheckpoint::open, EagleCheckpoint::isIn)),
                            Map.entry(LOOKAHEAD, DraftMethod.withoutWeights(LookaheadDrafter::new)),
                            Map.entry(
                                    MEDUSA,
                                    new DraftMethod(
                                            MedusaCheckpoint::open, MedusaCheckpoint::isIn)),
                            Map.entry(PROMPT_LOOKUP, LOOKUP),
                            Map.entry(
                                    RECURRENT,
                                    new DraftMethod(
                                            RecurrentCheckpoint::open,
                                            RecurrentCheckpoint::isIn))));

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
        if (settings.method().equals(SpeculationSettings.AUTO)) {
            return automatic(settings, target);
        }
        DraftMethod method = METHODS.get(settings.method());
        if (method == null) {
            throw new IllegalArgumentException(
                    "engine.speculation.method: %s (expected: one of %s)"
                            .formatted(settings.method(), String.join(", ", names())));
        }
        return List.of(method.opener().open(settings, target));
    }

    /**
     * What the decoder has to store for all of them.
     *
     * @throws IllegalArgumentException if two read different hidden states
     */
    public static TargetFeatures features(List<DraftCheckpoint> drafts) {
        List<TargetFeatures> read =
                drafts.stream()
                        .map(DraftCheckpoint::features)
                        .filter(TargetFeatures::read)
                        .distinct()
                        .toList();
        if (read.size() > 1) {
            throw new IllegalArgumentException(
                    "engine.speculation.draft: drafters that read the layers %s (expected: all the same)"
                            .formatted(read.stream().map(TargetFeatures::taps).toList()));
        }
        return read.isEmpty() ? TargetFeatures.NONE : read.get(0);
    }

    /** What each of the drafts' directories holds, and the drafter that costs nothing. */
    private static List<DraftCheckpoint> automatic(
            SpeculationSettings settings, ModelDirectory target) {
        List<DraftCheckpoint> found = new ArrayList<>();
        for (String draft : settings.drafts()) {
            DraftMethod method = recognised(Path.of(draft));
            found.add(method.opener().open(settings.withDraft(draft), target));
        }
        found.add(LOOKUP.opener().open(settings, target));
        return List.copyOf(found);
    }

    private static DraftMethod recognised(Path directory) {
        return METHODS.values().stream()
                .filter(candidate -> candidate.recognises().test(directory))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "engine.speculation.draft: %s (expected: the directory of a draft of one of %s)"
                                                .formatted(directory, String.join(", ", names()))));
    }
}
