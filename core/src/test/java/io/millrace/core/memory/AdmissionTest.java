package io.millrace.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final Admission peak = new PeakMemoryAdmission(0);
    private final Admission conservative = new ConservativeAdmission();

    @Test
    void countsThatOneEndsBeforeTheOtherGrows() {
        // After 4 steps the first ends at 24 tokens beside 14; the second ends alone at 40.
        List<Demand> demands = List.of(demand(20, 4), demand(10, 30));

        assertThat(peak.peakBlocks(demands, 1)).isEqualTo(40);
        assertThat(conservative.peakBlocks(demands, 1)).isEqualTo(64);
    }

    @Test
    void roundsEverySequenceUpToBlocks() {
        List<Demand> demands = List.of(demand(15, 2), demand(15, 2));

        assertThat(peak.peakBlocks(demands, 16)).isEqualTo(4);
        assertThat(conservative.peakBlocks(demands, 16)).isEqualTo(4);
    }

    @Test
    void countsPredictedTokensOrAllThatAreAllowed() {
        List<Demand> demands = List.of(new Demand(10, 5, 100, 0));

        assertThat(peak.peakBlocks(demands, 1)).isEqualTo(15);
        assertThat(conservative.peakBlocks(demands, 1)).isEqualTo(110);
    }

    @Test
    void countsThatADelayedSequenceEndsLater() {
        // Without the delay: 20 tokens just before the second ends, 20 at the end of the first.
        assertThat(peak.peakBlocks(List.of(demand(0, 20), demand(0, 10)), 1)).isEqualTo(20);
        assertThat(peak.peakBlocks(List.of(demand(0, 20), new Demand(0, 10, 10, 8)), 1))
                .isEqualTo(36);
    }

    @Test
    void keepsAReserve() {
        BlockPool pool = new BlockPool(100, 1);
        List<Demand> demands = List.of(demand(40, 5), demand(40, 5));

        assertThat(new PeakMemoryAdmission(0.1).admits(demands, pool)).isTrue();
        assertThat(new PeakMemoryAdmission(0.11).admits(demands, pool)).isFalse();
    }

    @Test
    void admitsAnySequenceAlone() {
        BlockPool pool = new BlockPool(10, 1);
        assertThat(new PeakMemoryAdmission(0.5).admits(List.of(demand(9, 1)), pool)).isTrue();
    }

    @Test
    void refusesAReserveThatMakesNoSense() {
        assertThatThrownBy(() -> new PeakMemoryAdmission(Double.NaN))
                .hasMessage("reserve: NaN (expected: 0 to 0.5)");
        assertThatThrownBy(() -> new PeakMemoryAdmission(0.6))
                .hasMessage("reserve: 0.6 (expected: 0 to 0.5)");
    }

    @Property(tries = 500)
    void agreesWithGrowingThemStepByStep(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int blockTokens) {
        Random random = new Random(seed);
        List<Demand> demands = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            demands.add(demand(random.nextInt(60), 1 + random.nextInt(60)));
        }

        long most = 0;
        for (int step = 0; step <= 60; step++) {
            long blocks = 0;
            for (Demand demand : demands) {
                if (demand.predictedRemaining() >= step) {
                    blocks += (demand.held() + step + blockTokens - 1) / blockTokens;
                }
            }
            most = Math.max(most, blocks);
        }
        assertThat(peak.peakBlocks(demands, blockTokens)).as("seed %d", seed).isEqualTo(most);
        assertThat(conservative.peakBlocks(demands, blockTokens))
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(most);
    }

    private static Demand demand(int held, int remaining) {
        return new Demand(held, remaining, remaining, 0);
    }
}
