package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RopeTest {

    private static final float EXACT = 1e-7f;

    /** Computed apart from this code, in wavelengths as transformers does, in double precision. */
    @ParameterizedTest
    @CsvSource({
        "0, 1.0",
        "1, 0.8146172338565447",
        "28, 0.003211445994752591",
        "29, 0.002166570763503359",
        "30, 0.0013718935677611381",
        "33, 0.00031269375038406517",
        "34, 0.0001785078127679964",
        "35, 9.556212353964683e-05",
        "40, 3.428102195952591e-05",
        "63, 3.068925988914511e-07",
    })
    void scalesLlama31(int index, double expected) {
        Rope rope = new Rope(128, 500_000, new RopeScaling.Llama3(8, 1, 4, 8192));

        assertRelative(rope.inverseFrequencies()[index], expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1.0",
        "13, 0.004839421345719893",
        "15, 0.001290547928209264",
        "16, 0.00042955679655936815",
        "17, 9.70828780262767e-05",
        "18, 1.9461638184831125e-05",
        "31, 9.41830672543491e-08",
    })
    void scalesLlama32(int index, double expected) {
        Rope rope = new Rope(64, 500_000, new RopeScaling.Llama3(32, 1, 4, 8192));

        assertRelative(rope.inverseFrequencies()[index], expected);
    }

    @Test
    void dividesByFactorOrDivisors() {
        float[] plain = new Rope(8, 10_000, new RopeScaling.None()).inverseFrequencies();
        float[] linear = new Rope(8, 10_000, new RopeScaling.Linear(4)).inverseFrequencies();
        List<Float> divisors = List.of(1f, 2f, 4f, 8f);
        float[] divided =
                new Rope(8, 10_000, new RopeScaling.Divisors(divisors)).inverseFrequencies();

        for (int i = 0; i < 4; i++) {
            assertRelative(plain[i], Math.pow(10, -i));
            assertRelative(linear[i], Math.pow(10, -i) / 4);
            assertRelative(divided[i], Math.pow(10, -i) / (1 << i));
        }
    }

    @Test
    void refusesWhatIsNotARotation() {
        RopeScaling none = new RopeScaling.None();
        List<Float> zero = new ArrayList<>(Collections.nCopies(4, 0f));

        assertThatThrownBy(() -> new Rope(7, 10_000, none)).hasMessageContaining("even");
        assertThatThrownBy(() -> new Rope(8, 0, none)).hasMessageContaining("rope_theta: 0.0");
        assertThatThrownBy(() -> new Rope(8, Double.NaN, none)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Rope(10, 1, new RopeScaling.Divisors(List.of(1f))))
                .hasMessageContaining("rope frequency divisors: 1 (expected: 5, half");
        assertThatThrownBy(() -> new RopeScaling.Divisors(zero)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new RopeScaling.Linear(0.5)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new RopeScaling.Llama3(8, 4, 4, 8192))
                .hasMessageContaining("high_freq_factor: 4.0 (expected: above low_freq_factor)");
    }

    private static void assertRelative(float actual, double expected) {
        assertThat(actual / expected).isCloseTo(1, within((double) EXACT));
    }
}
