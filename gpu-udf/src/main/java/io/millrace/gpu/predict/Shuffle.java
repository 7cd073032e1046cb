package io.millrace.gpu.predict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Mixes lists, the same way for the same seed. Stateless. */
final class Shuffle {

    private Shuffle() {}

    /** A mixed copy. */
    static <T> List<T> of(List<T> list, SplittableRandom random) {
        List<T> mixed = new ArrayList<>(list);
        for (int i = mixed.size() - 1; i > 0; i--) {
            Collections.swap(mixed, i, random.nextInt(i + 1));
        }
        return mixed;
    }
}
