package io.millrace.gpu.predict;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a trained predictor looks at. */
public enum PredictorKind {
    /** ELIS (2505.09142): a sentence encoder reads the prompt and the answer so far. */
    ELIS("elis"),
    /** The model's own hidden state at the end of the prompt (ProD, 2604.07931): nearly free. */
    HIDDEN_STATE("hidden-state");

    private final String id;

    PredictorKind(String id) {
        this.id = id;
    }

    /** As options and files name it. */
    public String id() {
        return id;
    }

    static Optional<PredictorKind> named(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }

    static String ids() {
        return Arrays.stream(values()).map(PredictorKind::id).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return id;
    }
}
