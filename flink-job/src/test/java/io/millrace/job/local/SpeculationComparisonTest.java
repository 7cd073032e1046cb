package io.millrace.job.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpeculationComparisonTest {

    @Test
    void theSpeedUpIsThatOfAllTokensOverAllTime() {
        // 1 s + 4 s against 1 s + 1 s for twice as many tokens of equal work.
        SpeculationComparison.Level level =
                new SpeculationComparison.Level(
                        4, List.of(100.0, 25.0), List.of(100.0, 100.0), 1.5, 0.5);

        assertThat(level.speedUp()).isCloseTo(2.5, within(1e-9));
        assertThat(level.lowest()).isEqualTo(1.0);
        assertThat(level.highest()).isEqualTo(4.0);
    }
}
