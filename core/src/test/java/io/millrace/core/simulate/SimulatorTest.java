package io.millrace.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.cluster.Routers;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatorTest {

    private static final EngineModel ENGINE =
            new EngineModel("test", new StepTime(10, 0.1, 0.1, 0.0005), 8_000, 16, 256);

    static List<String> policies() {
        return WaitingPolicies.names();
    }

    static List<String> routers() {
        return Routers.names();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyPolicyAnswersEverythingAndTheSameTwice(String policy) {
        SimulationSettings settings = settings(policy, "past-future", "histogram");
        SimulationResult result = Simulator.run(settings, workload(200, 1.5, 3));

        assertThat(result.requests()).isEqualTo(200);
        assertThat(result.refused()).isZero();
        assertThat(result.jctMs().p50()).isLessThanOrEqualTo(result.jctMs().p99());
        assertThat(result.ttftMs().mean()).isLessThan(result.jctMs().mean());
        assertThat(result.queueMs().mean()).isLessThanOrEqualTo(result.ttftMs().mean());
        assertThat(result.kvOccupancy()).allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0));
        assertThat(Simulator.run(settings, workload(200, 1.5, 3))).isEqualTo(result);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void everyRouterKeepsSeveralEnginesBusy(String router) {
        SimulationSettings one = settings("fcfs", "past-future", "oracle");
        SimulationSettings three =
                new SimulationSettings(
                        ENGINE,
                        3,
                        "fcfs",
                        "past-future",
                        router,
                        "oracle",
                        0,
                        512,
                        1_000,
                        0,
                        one.slo(),
                        1);
        Workload crowd = workload(300, 6, 6);

        assertThat(Simulator.run(three, crowd).requests()).isEqualTo(300);
        assertThat(Simulator.run(three, crowd).makespanSeconds())
                .isLessThan(0.7 * Simulator.run(one, crowd).makespanSeconds());
    }

    @Test
    void timesAreThoseOfTheModelWhereOneRequestRunsAlone() {
        List<TraceRequest> one = List.of(new TraceRequest(5, 100, 11, "default", List.of()));
        Workload alone = new Workload(one, 1, Arrivals.POISSON, 1, 1, 1);
        SimulationResult result = Simulator.run(settings("fcfs", "conservative", "oracle"), alone);

        double prefill = 10 + 0.1 * 100;
        double decode = 0;
        for (int length = 101; length <= 110; length++) {
            decode += 10 + 0.1 + 0.0005 * length;
        }
        assertThat(result.ttftMs().mean()).isCloseTo(prefill, Percentage.withPercentage(0.001));
        assertThat(result.jctMs().mean())
                .isCloseTo(prefill + decode, Percentage.withPercentage(0.001));
        assertThat(result.steps()).isEqualTo(11);
    }

    @Test
    void shortestFirstLowersTheMeanUnderLoad() {
        Workload load = workload(600, 2, 1);

        double fcfs = Simulator.run(settings("fcfs", "past-future", "oracle"), load).jctMs().mean();
        double isrtf =
                Simulator.run(settings("isrtf", "past-future", "oracle"), load).jctMs().mean();
        assertThat(isrtf).isLessThan(0.8 * fcfs);
    }

    @Test
    void virtualCountersKeepTenantsTogetherWhereArrivalDoesNot() {
        Workload load = workload(600, 2, 4);

        double fcfs = Simulator.run(settings("fcfs", "past-future", "oracle"), load).largestGap();
        double vtc = Simulator.run(settings("vtc", "past-future", "oracle"), load).largestGap();
        assertThat(vtc).isLessThan(fcfs / 2).isLessThanOrEqualTo(2 * 2 * 8_000);
    }

    @Test
    void predictedMemoryAdmitsMoreThanLimitsAndPreemptsLessThanHope() {
        SimulationResult conservative = inLittleMemory("conservative");
        SimulationResult pastFuture = inLittleMemory("past-future");
        SimulationResult aggressive = inLittleMemory("aggressive");
        assertThat(conservative.preemptions()).isZero();
        assertThat(pastFuture.preemptions()).isZero();
        assertThat(aggressive.preemptions()).isPositive();
        assertThat(pastFuture.requestsPerSecond())
                .isGreaterThan(1.2 * conservative.requestsPerSecond());
    }

    private static SimulationResult inLittleMemory(String admission) {
        return Simulator.run(
                settings(ENGINE.withKvTokens(2_000), "fcfs", admission, "oracle"),
                workload(600, 3, 1));
    }

    @Test
    void cachedPrefixesSaveWorkAndLocalitySavesMore() {
        Random random = new Random(1);
        List<TraceRequest> trace = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long document = random.nextInt(40);
            trace.add(
                    new TraceRequest(
                            i,
                            2 * 512 + 20,
                            20,
                            "default",
                            List.of(2 * document, 2 * document + 1)));
        }
        Workload load = new Workload(trace, 400, Arrivals.POISSON, 40, 2, 1);

        double none = cachedShare("fcfs", 0, load);
        double arrival = cachedShare("fcfs", 8 * 512, load);
        double local = cachedShare("dlpm", 8 * 512, load);
        assertThat(none).isZero();
        assertThat(arrival).isPositive();
        assertThat(local).isGreaterThan(1.5 * arrival);
    }

    private static double cachedShare(String policy, long prefixTokens, Workload load) {
        return Simulator.run(
                        new SimulationSettings(
                                ENGINE,
                                1,
                                policy,
                                "past-future",
                                "least-load",
                                "oracle",
                                0,
                                64,
                                1_000,
                                prefixTokens,
                                new SimulationSettings.Slo(1_000, 100),
                                1),
                        load)
                .cachedShare();
    }

    @Test
    void countsWhatNoEngineCanHold() {
        List<TraceRequest> huge = List.of(new TraceRequest(0, 9_000, 5, "default", List.of()));
        SimulationResult result =
                Simulator.run(
                        settings("fcfs", "past-future", "oracle"),
                        new Workload(huge, 3, Arrivals.POISSON, 1, 1, 1));

        assertThat(result.refused()).isEqualTo(3);
        assertThat(result.requests()).isZero();
    }

    @Test
    void capacityIsWhatAnOverloadedEngineReaches() {
        List<TraceRequest> equal = List.of(new TraceRequest(0, 200, 100, "default", List.of()));
        Workload load = new Workload(equal, 500, Arrivals.POISSON, 1_000, 1, 1);

        assertThat(
                        Simulator.run(settings("fcfs", "past-future", "oracle"), load)
                                .requestsPerSecond())
                .isCloseTo(ENGINE.capacity(200, 100), Percentage.withPercentage(15));
    }

    @Test
    void arrivalsComeAtTheRateThatIsAskedFor() {
        for (Arrivals arrivals : Arrivals.values()) {
            SplittableRandom random = new SplittableRandom(7);
            double sum = 0;
            for (int i = 0; i < 100_000; i++) {
                sum += arrivals.gap(i, 1, random);
            }
            // All at once have no rate.
            double mean = arrivals == Arrivals.ONCE ? 0 : 1;
            assertThat(sum / 100_000).as("%s", arrivals).isBetween(mean - 0.02, mean + 0.02);
        }
    }

    @Test
    void quantilesAreWithinOnePercent() {
        Sketch sketch = new Sketch();
        for (int i = 1; i <= 10_000; i++) {
            sketch.add(i);
        }
        assertThat(sketch.quantile(0.5)).isCloseTo(5_000, Percentage.withPercentage(1));
        assertThat(sketch.quantile(0.99)).isCloseTo(9_900, Percentage.withPercentage(1));
        assertThat(sketch.mean()).isEqualTo(5_000.5);
        assertThat(new Sketch().quantile(0.5)).isZero();
    }

    @Test
    void namesWhatThereIsForWhatThereIsNot() {
        assertThatThrownBy(() -> EngineModel.preset("tpu")).hasMessageContaining("a100-llama2-7b");
        assertThatThrownBy(() -> Arrivals.named("never"))
                .hasMessage("arrivals: never (expected: trace, poisson, gamma, bursts or once)");
        assertThatThrownBy(() -> settings("fcfs", "past-future", "magic"))
                .hasMessageContaining("predictor: magic");
        assertThatThrownBy(() -> settings("fcfs", "never", "oracle"))
                .hasMessageContaining("admission: never");
    }

    private static SimulationSettings settings(String policy, String admission, String predictor) {
        return settings(ENGINE, policy, admission, predictor);
    }

    private static SimulationSettings settings(
            EngineModel engine, String policy, String admission, String predictor) {
        return new SimulationSettings(
                engine,
                1,
                policy,
                admission,
                "least-load",
                predictor,
                0.3,
                512,
                1_000,
                0,
                new SimulationSettings.Slo(1_000, 100),
                1);
    }

    private static Workload workload(int requests, double load, int tenants) {
        Random random = new Random(5);
        List<TraceRequest> trace = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            int answer = 5 + (int) Math.min(300, 40 * Math.exp(random.nextGaussian()));
            trace.add(new TraceRequest(i, 20 + random.nextInt(400), answer, "default", List.of()));
        }
        double capacity = ENGINE.capacity(Workload.meanPrompt(trace), Workload.meanOutput(trace));
        return new Workload(trace, requests, Arrivals.GAMMA, load * capacity, tenants, 1);
    }
}
