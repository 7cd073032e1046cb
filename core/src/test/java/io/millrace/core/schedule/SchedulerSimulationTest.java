package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.memory.PeakMemoryAdmission;
import io.millrace.core.schedule.SchedulerSimulation.Predictions;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SchedulerSimulationTest {

    @Property(tries = 60)
    void neverPreemptsWithConservativeAdmission(@ForAll long seed) {
        SchedulerSimulation simulation =
                new SchedulerSimulation(seed, new ConservativeAdmission(), Predictions.WRONG).run();
        assertThat(simulation.preemptions()).as("%s", simulation).isZero();
    }

    @Property(tries = 60)
    void neverPreemptsWhenPredictionsAreRight(@ForAll long seed) {
        SchedulerSimulation simulation =
                new SchedulerSimulation(seed, new PeakMemoryAdmission(0), Predictions.EXACT).run();
        assertThat(simulation.preemptions()).as("%s", simulation).isZero();
    }

    @Property(tries = 60)
    void survivesWrongPredictions(@ForAll long seed) {
        new SchedulerSimulation(seed, new PeakMemoryAdmission(0), Predictions.WRONG).run();
    }

    @Test
    void preemptsAtLeastSometimesWhenPredictionsAreWrong() {
        long preemptions = 0;
        for (long seed = 0; seed < 10; seed++) {
            preemptions +=
                    new SchedulerSimulation(seed, new PeakMemoryAdmission(0), Predictions.WRONG)
                            .run()
                            .preemptions();
        }
        assertThat(preemptions).isPositive();
    }
}
