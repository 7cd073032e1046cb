package io.millrace.gpu.predict;

import io.millrace.gpu.model.ModelDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Chooses places in answers and computes what a predictor sees there: always the beginning, and a
 * few of those at which an engine would predict anew. Used by one thread.
 */
final class TrainingFeatures {

    private static final int STRIDE = 50;
    private static final int LATER_PLACES = 3;

    private final ModelDirectory model;
    private final PredictorTraining.Plan plan;
    private final int[] common;
    private final TrainingProgress progress;

    TrainingFeatures(
            ModelDirectory model,
            PredictorTraining.Plan plan,
            int[] common,
            TrainingProgress progress) {
        this.model = model;
        this.plan = plan;
        this.common = common;
        this.progress = progress;
    }

    /** The points of each example, the one at its beginning first. */
    List<List<TrainingPoint>> of(List<LengthExample> examples) {
        return switch (plan.kind()) {
            case ELIS -> encoded(examples);
            case HIDDEN_STATE -> read(examples);
        };
    }

    private List<List<TrainingPoint>> encoded(List<LengthExample> examples) {
        List<List<TrainingPoint>> all = new ArrayList<>(examples.size());
        SplittableRandom random = new SplittableRandom(plan.seed());
        try (EncodedText text = EncodedText.open(model.tokenizerJson(), common)) {
            for (LengthExample example : examples) {
                int prompt = example.prompt().length;
                int[] tokens = Arrays.copyOf(example.prompt(), prompt + example.answer().length);
                System.arraycopy(example.answer(), 0, tokens, prompt, example.answer().length);
                // Without the text of the answer there is nothing to see in it.
                int known = Math.min(example.length(), example.answer().length + 1);
                List<TrainingPoint> points = new ArrayList<>();
                for (int generated : places(known, random)) {
                    float[] vector = text.vector(tokens, prompt, generated);
                    points.add(
                            TrainingPoint.of(
                                    example, generated, Features.of(vector, prompt, generated)));
                }
                all.add(points);
                progress.update("encoding", all.size(), examples.size(), "");
            }
        }
        return all;
    }

    private List<List<TrainingPoint>> read(List<LengthExample> examples) {
        float[][] states =
                HiddenStates.of(
                        model, examples.stream().map(LengthExample::prompt).toList(), progress);
        List<List<TrainingPoint>> all = new ArrayList<>(examples.size());
        SplittableRandom random = new SplittableRandom(plan.seed());
        for (int i = 0; i < states.length; i++) {
            LengthExample example = examples.get(i);
            List<TrainingPoint> points = new ArrayList<>();
            for (int generated : places(example.length(), random)) {
                float[] features = Features.of(states[i], example.prompt().length, generated);
                points.add(TrainingPoint.of(example, generated, features));
            }
            all.add(points);
        }
        return all;
    }

    /** Ascending, below the length. */
    private static Set<Integer> places(int length, SplittableRandom random) {
        Set<Integer> places = new TreeSet<>();
        places.add(0);
        int later = (length - 1) / STRIDE;
        for (int i = 0; i < Math.min(LATER_PLACES, later); i++) {
            places.add(STRIDE * (1 + random.nextInt(later)));
        }
        return places;
    }
}
