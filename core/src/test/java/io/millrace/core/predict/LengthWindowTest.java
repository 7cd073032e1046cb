package io.millrace.core.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LengthWindowTest {

    @Property
    void agreesWithSortingTheLastLengths(
            @ForAll @IntRange(min = 1, max = 20) int capacity,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 30) Integer> lengths,
            @ForAll @IntRange(min = 0, max = 30) int above) {
        LengthWindow window = new LengthWindow(capacity);
        lengths.forEach(window::add);

        int[] last =
                lengths.stream()
                        .skip(Math.max(0, lengths.size() - capacity))
                        .mapToInt(i -> i)
                        .toArray();
        assertThat(window.toArray()).isEqualTo(last);

        int[] tail = Arrays.stream(last).filter(length -> length > above).sorted().toArray();
        assertThat(window.countAbove(above)).isEqualTo(tail.length);
        if (tail.length > 0) {
            int median = window.quantileAbove(above, 0.5);
            assertThat(median).isEqualTo(tail[(tail.length - 1) / 2]);
            assertThat(window.quantileAbove(above, 1)).isEqualTo(tail[tail.length - 1]);
        }
    }
}
