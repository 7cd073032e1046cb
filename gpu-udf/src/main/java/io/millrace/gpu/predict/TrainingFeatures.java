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

    /**
     * Of so many tokens of answers the states are read: a few minutes of a core, for a small model.
     */
    private static final int ANSWER_TOKENS = 200_000;

    private final ModelDirectory model;
    private final PredictorTraining.Plan plan;
    private final PredictorWriter.Seen seen;
    private final TrainingProgress progress;

    TrainingFeatures(
            ModelDirectory model,
            PredictorTraining.Plan plan,
            PredictorWriter.Seen seen,
            TrainingProgress progress) {
        this.model = model;
        this.plan = plan;
        this.seen = seen;
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
        try (EncodedText text = EncodedText.open(model.tokenizerJson(), seen.common())) {
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
        SplittableRandom random = new SplittableRandom(plan.seed());
        long tokens = examples.stream().mapToLong(example -> example.answer().length).sum();
        double share = (double) ANSWER_TOKENS / Math.max(1, tokens);
        List<HiddenStates.Reading> readings = new ArrayList<>(examples.size());
        for (LengthExample example : examples) {
            List<Integer> places = List.of(0);
            if (!seen.answers()) {
                places = List.copyOf(places(example.length(), random));
            } else if (random.nextDouble() < share) {
                int room = model.config().contextLength() - example.prompt().length;
                int known = Math.min(Math.min(example.length(), example.answer().length + 1), room);
                places = List.copyOf(places(known, random));
            }
            readings.add(new HiddenStates.Reading(example.prompt(), example.answer(), places));
        }
        float[][][] vectors = HiddenStates.of(model, seen, readings, progress);
        List<List<TrainingPoint>> all = new ArrayList<>(examples.size());
        for (int i = 0; i < vectors.length; i++) {
            LengthExample example = examples.get(i);
            List<TrainingPoint> points = new ArrayList<>();
            for (int j = 0; j < vectors[i].length; j++) {
                int answered = readings.get(i).places().get(j);
                float[] features = Features.of(vectors[i][j], example.prompt().length, answered);
                points.add(TrainingPoint.of(example, answered, features));
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
