package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.memory.PeakMemoryAdmission;
import io.millrace.core.schedule.SchedulerSimulation.Predictions;
import io.millrace.core.schedule.policy.WaitingPolicies;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SchedulerSimulationTest {

    @Property(tries = 60)
    void neverPreemptsWithConservativeAdmission(
            @ForAll long seed, @ForAll("orders") String policy) {
        SchedulerSimulation simulation =
                new SchedulerSimulation(
                                seed, policy, new ConservativeAdmission(), Predictions.WRONG)
                        .run();
        assertThat(simulation.preemptions()).as("%s", simulation).isZero();
    }

    @Property(tries = 60)
    void neverPreemptsWhenPredictionsAreRight(@ForAll long seed, @ForAll("orders") String policy) {
        SchedulerSimulation simulation =
                new SchedulerSimulation(seed, policy, new PeakMemoryAdmission(0), Predictions.EXACT)
                        .run();
        assertThat(simulation.preemptions()).as("%s", simulation).isZero();
    }

    @Property(tries = 90)
    void everyPolicyServesEverybodyWhenPredictionsAreWrong(
            @ForAll long seed, @ForAll("policies") String policy) {
        new SchedulerSimulation(seed, policy, new PeakMemoryAdmission(0), Predictions.WRONG).run();
    }

    @Property(tries = 45)
    void everyPolicyServesEverybodyWithConservativeAdmission(
            @ForAll long seed, @ForAll("policies") String policy) {
        new SchedulerSimulation(seed, policy, new ConservativeAdmission(), Predictions.WRONG).run();
    }

    @Test
    void preemptsAtLeastSometimesWhenPredictionsAreWrong() {
        long preemptions = 0;
        for (long seed = 0; seed < 10; seed++) {
            preemptions +=
                    new SchedulerSimulation(
                                    seed, "fcfs", new PeakMemoryAdmission(0), Predictions.WRONG)
                            .run()
                            .preemptions();
        }
        assertThat(preemptions).isPositive();
    }

    @Provide
    Arbitrary<String> policies() {
        return Arbitraries.of(WaitingPolicies.names());
    }

    /** Those that never let a running sequence wait again, which may cost it its blocks. */
    @Provide
    Arbitrary<String> orders() {
        return Arbitraries.of(
                WaitingPolicies.names().stream()
                        .filter(name -> !WaitingPolicies.named(name).begin().pauses())
                        .toList());
    }
}
