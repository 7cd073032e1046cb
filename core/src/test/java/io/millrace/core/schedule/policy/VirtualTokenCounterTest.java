package io.millrace.core.schedule.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.policy.VirtualTokenCounter.Charging;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VirtualTokenCounterTest {

    private static final int LONGEST_PROMPT = 300;
    private static final int LONGEST_ANSWER = 100;
    private static final int SEQUENCES = 8;

    @Property(tries = 60)
    void twoBackloggedTenantsNeverDriftFurtherApartThanTheBound(
            @ForAll long seed, @ForAll Charging charging) {
        Map<String, Double> service = served(seed, charging, Map.of());

        // M: tokens that run together.
        int m = SEQUENCES * (LONGEST_PROMPT + LONGEST_ANSWER);
        double bound = 2 * Math.max(LONGEST_PROMPT, VirtualTokenCounter.OUTPUT_PRICE * m);
        assertThat(Math.abs(service.getOrDefault("a", 0.0) - service.getOrDefault("b", 0.0)))
                .as("seed %d, %s", seed, charging)
                .isLessThanOrEqualTo(bound);
    }

    @Test
    void tenantsGetServiceInProportionToTheirWeights() {
        Map<String, Double> service = served(1, Charging.GENERATED, Map.of("a", 3.0));

        assertThat(service.getOrDefault("a", 0.0) / service.getOrDefault("b", 0.0))
                .isBetween(2.6, 3.4);
    }

    @Test
    void requestsCountByTheWeightThatIsVouchedFor() {
        Map<String, Double> service = served(1, Charging.PREDICTED, Map.of(), 3);

        assertThat(service.getOrDefault("a", 0.0) / service.getOrDefault("b", 0.0))
                .isBetween(2.6, 3.4);
    }

    @Test
    void theWeightOfTheOptionWins() {
        Map<String, Double> service = served(1, Charging.GENERATED, Map.of("a", 1.0), 3);

        assertThat(service.getOrDefault("a", 0.0) / service.getOrDefault("b", 0.0))
                .isBetween(0.85, 1.15);
    }

    @Test
    void whoComesBackCannotHaveSavedUp() {
        StepScheduler scheduler =
                Waiting.scheduler(new VirtualTokenCounter(Charging.GENERATED, Map.of()), 1);
        for (int i = 0; i < 20; i++) {
            scheduler.add(Waiting.sequence("busy-" + i, 100, 1, "busy", i));
        }
        for (int i = 0; i < 10; i++) {
            Waiting.step(scheduler, 0);
        }
        for (int i = 0; i < 10; i++) {
            scheduler.add(Waiting.sequence("back-" + i, 100, 1, "back", 100));
        }

        long back = 0;
        for (int i = 0; i < 10; i++) {
            back += Waiting.step(scheduler, 0).stream().filter(k -> k.startsWith("back")).count();
        }
        assertThat(back).isBetween(4L, 6L);
    }

    private static Map<String, Double> served(
            long seed, Charging charging, Map<String, Double> weights) {
        return served(seed, charging, weights, 1);
    }

    private static Map<String, Double> served(
            long seed, Charging charging, Map<String, Double> weights, double weightOfA) {
        Random random = new Random(seed);
        StepScheduler scheduler =
                Waiting.scheduler(new VirtualTokenCounter(charging, weights), SEQUENCES);
        Map<String, Sequence> sequences = new HashMap<>();
        // Unequal on purpose: one tenant's requests are longer in every respect.
        int most = 1 + random.nextInt(LONGEST_PROMPT);
        for (int i = 0; i < 4_000; i++) {
            String tenant = i % 2 == 0 ? "a" : "b";
            int prompt = 1 + random.nextInt(tenant.equals("a") ? most : LONGEST_PROMPT);
            double weight = tenant.equals("a") ? weightOfA : 1;
            Sequence sequence =
                    Waiting.sequence(
                            tenant + i,
                            prompt,
                            1 + random.nextInt(LONGEST_ANSWER),
                            new Service(tenant, weight, 0, Service.NO_DEADLINE, null, null),
                            i);
            sequences.put(sequence.key(), sequence);
            scheduler.add(sequence);
        }
        for (int step = 0; step < 1_500; step++) {
            List<String> ended = Waiting.step(scheduler, step);
            assertThat(ended).doesNotHaveDuplicates();
        }
        Map<String, Double> service = new HashMap<>(Map.of("a", 0.0, "b", 0.0));
        for (Sequence sequence : sequences.values()) {
            if (sequence.computed() > 0) {
                double units =
                        sequence.promptLength()
                                + VirtualTokenCounter.OUTPUT_PRICE * sequence.generatedLength();
                service.merge(sequence.service().tenant(), units, Double::sum);
            }
        }
        assertThat(scheduler.waiting())
                .as("both are backlogged")
                .extracting(sequence -> sequence.service().tenant())
                .contains("a", "b");
        return service;
    }
}
