package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.speculate.SpeculationWorld.Machine;
import io.millrace.core.speculate.SpeculationWorld.Method;
import io.millrace.core.speculate.SpeculationWorld.Outcome;
import io.millrace.core.speculate.SpeculationWorld.Phase;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bars that speculation must hold, in worlds that the planner does not know: never below 0.97
 * of plain decoding, and at least 0.9 of the best fixed depth in hindsight.
 */
class SpeculationPlannerSimulationTest {

    private static final Machine PROCESSOR = new Machine("processor", 14, 1, 1e-4, 1, 1.5, 0.1);
    private static final Machine ACCELERATOR =
            new Machine("accelerator", 8, 0.02, 2e-5, 16, 0.8, 0.002);
    private static final Machine BUSY = new Machine("busy", 1, 0.5, 1e-4, 1, 0.3, 0.05);

    @Property(tries = 8)
    void holdsItsBarsOnAnyMachine(@ForAll long seed, @ForAll Method method) {
        Random random = new Random(seed);
        Machine machine = anyMachine(random);
        List<Phase> phases =
                IntStream.range(0, 4)
                        .mapToObj(
                                i ->
                                        new Phase(
                                                400,
                                                0.05 + 0.85 * random.nextDouble(),
                                                anyBatch(random)))
                        .toList();

        holdsItsBars(machine, method, phases, seed);
    }

    @ParameterizedTest
    @CsvSource({"1, 0.05", "1, 0.9", "4, 0.5", "16, 0.9", "64, 0.05", "64, 0.9"})
    void holdsItsBarsAtEveryBatch(int sequences, double acceptance) {
        List<Phase> phases = List.of(new Phase(400, acceptance, sequences));
        for (Machine machine : List.of(PROCESSOR, ACCELERATOR, BUSY)) {
            holdsItsBars(machine, Method.TREE, phases, sequences);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "8", "64"})
    void stopsWhenAcceptanceCollapses(int sequences) {
        List<Phase> phases =
                List.of(new Phase(300, 0.9, sequences), new Phase(300, 0.02, sequences));

        holdsItsBars(BUSY, Method.CHAIN, phases, sequences);
    }

    @ParameterizedTest
    @CsvSource({"1", "8", "32"})
    void beginsWhenAcceptanceRises(int sequences) {
        List<Phase> phases =
                List.of(new Phase(300, 0.02, sequences), new Phase(1_000, 0.9, sequences));

        holdsItsBars(PROCESSOR, Method.CHAIN, phases, sequences);
        holdsItsBars(ACCELERATOR, Method.CHAIN, phases, sequences);
    }

    @ParameterizedTest
    @CsvSource({"0.05", "0.3", "0.8"})
    void losesLittleInAShortRunOfManySequences(double acceptance) {
        for (Machine machine : List.of(PROCESSOR, ACCELERATOR, BUSY)) {
            Outcome outcome =
                    play(machine, Method.HEADS, 5, List.of(new Phase(128, acceptance, 64)));

            assertThat(outcome.speedUp()).as(machine.name()).isGreaterThan(0.97);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0.05", "1, 0.9", "16, 0.5", "64, 0.9"})
    void holdsItsBarsWhereEveryDraftWidensTheStep(int sequences, double acceptance) {
        List<Phase> phases = List.of(new Phase(600, acceptance, sequences));
        for (Machine machine : List.of(PROCESSOR, ACCELERATOR, BUSY)) {
            holdsItsBars(machine, Method.WINDOW, phases, sequences);
        }
    }

    @Test
    void widensTheStepWhereTokensAreCheap() {
        Outcome outcome = play(ACCELERATOR, Method.WINDOW, 1, List.of(new Phase(600, 0.9, 1)));

        assertThat(outcome.speedUp()).isGreaterThan(1.5);
    }

    /** What one sequence accepts in a few steps is luck, and luck must not decide. */
    @ParameterizedTest
    @CsvSource({"0.1, 1.3", "0.2, 1.2"})
    void findsAModestGainOfOneSequence(double draftShare, double speedUp) {
        Machine machine = new Machine("modest", 20, 0.3, 1e-4, 1, 20 * draftShare, 0.05);
        for (int seed = 0; seed < 20; seed++) {
            Outcome outcome = play(machine, Method.TREE, seed, List.of(new Phase(500, 0.05, 1)));

            assertThat(outcome.speedUp()).as("seed %d", seed).isGreaterThan(speedUp);
        }
    }

    private static void holdsItsBars(
            Machine machine, Method method, List<Phase> phases, long seed) {
        Outcome ours = play(machine, method, seed, phases);
        String when = "seed %d, %s, %s, %s".formatted(seed, machine, method, phases);

        assertThat(ours.speedUp()).as("against plain, %s", when).isGreaterThan(0.97);
        DraftShape shape = method.shape();
        for (int depth = 1; depth <= shape.maxDepth(); depth++) {
            for (int nodes = depth; nodes <= shape.maxNodes(); nodes += 2 * shape.maxDepth()) {
                FixedPlanner fixed = new FixedPlanner(shape, depth, nodes);
                double best =
                        new SpeculationWorld(machine, method, fixed, seed).run(phases).speedUp();
                assertThat(ours.speedUp())
                        .as("against depth %d of %d nodes, %s", depth, nodes, when)
                        .isGreaterThan(0.9 * best);
            }
        }
    }

    private static Outcome play(Machine machine, Method method, long seed, List<Phase> phases) {
        SpeculationPlanner planner =
                new GoodputPlanner(PlannerSettings.DEFAULT, List.of(method.shape()));
        return new SpeculationWorld(machine, method, planner, seed).run(phases);
    }

    private static int anyBatch(Random random) {
        return Math.min(64, (int) Math.pow(2, 6.1 * random.nextDouble()));
    }

    private static Machine anyMachine(Random random) {
        double callMs = 1 + 20 * random.nextDouble();
        double tokenShare = Math.pow(10, -2.7 + 2.4 * random.nextDouble());
        double draftShare = Math.pow(10, -1.7 + 1.4 * random.nextDouble());
        return new Machine(
                "any",
                callMs,
                callMs * tokenShare,
                callMs * 1e-5 * random.nextDouble(),
                1 << random.nextInt(5),
                callMs * draftShare,
                callMs * draftShare * tokenShare);
    }
}
