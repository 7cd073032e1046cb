package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.VirtualTokenCounter;
import io.millrace.operators.batch.BatchMetrics;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two tenants that have more to do than the engine can, through the operators of the job. */
class TenantFairnessTest {

    private static final int KV_TOKENS = 1_024;
    private static final int LONGEST_PROMPT = 48;
    private static final FakeSettings ENGINE = new FakeSettings(16, KV_TOKENS, 256, 60);

    /** VTC's bound for two tenants that wait all the time (2401.00588, Theorem 4.4). */
    private static final double BOUND =
            2
                    * Math.max(
                            VirtualTokenCounter.INPUT_PRICE * LONGEST_PROMPT,
                            VirtualTokenCounter.OUTPUT_PRICE * KV_TOKENS);

    @Test
    void virtualTokenCountersKeepTheirBound() throws Exception {
        assertThat(largestGap("vtc")).isPositive().isLessThanOrEqualTo(BOUND);
    }

    @Test
    void firstComeFirstServedDoesNot() throws Exception {
        assertThat(largestGap("fcfs")).isGreaterThan(BOUND);
    }

    @Test
    void weightsOfKeysShareTheEngineAndTheGapCountsByThem() throws Exception {
        // What has the larger weight may count for less than it used: the bound holds all the same.
        assertThat(largestGap("vtc", 3)).isPositive().isLessThanOrEqualTo(BOUND);
    }

    private static double largestGap(String policy) throws Exception {
        return largestGap(policy, 1);
    }

    private static double largestGap(String policy, double modestWeight) throws Exception {
        String name = "fairness-" + policy + modestWeight;
        BatchSettings settings = BatchSettings.of(name).withPolicy(policy);
        SplittableRandom random = new SplittableRandom(4);
        try (ChainHarness chain =
                ChainHarness.open(settings, FakeEngine.steppedByHand(ENGINE, name))) {
            FakeEngine engine = FakeProbe.named(name).engines().get(0);
            // The one comes first and with much more, the other with long prompts.
            for (int i = 0; i < 300; i++) {
                chain.process(of("greedy", 1, i, 60, prompt(random, 8)));
            }
            for (int i = 0; i < 100; i++) {
                chain.process(of("modest", modestWeight, i, 60, prompt(random, LONGEST_PROMPT)));
            }
            long nowMs = 0;
            while (!engine.heldKeys().isEmpty()) {
                engine.step();
                chain.runMails();
                nowMs += 1_000;
                chain.setTime(nowMs);
            }
            assertThat(chain.takeResults()).hasSize(400);
            return (Double) chain.batchGauge(BatchMetrics.LARGEST_SERVICE_GAP);
        }
    }

    private static QueuedRequest of(
            String tenant, double weight, int number, int maxTokens, int[] prompt) {
        String key = tenant + "-" + number;
        Service service = new Service(tenant, weight, 0, Service.NO_DEADLINE, null, null);
        return request(key, key, number % 100, service, 0, maxTokens, prompt);
    }

    private static int[] prompt(SplittableRandom random, int length) {
        return random.ints(length, 0, FakeSettings.VOCABULARY).toArray();
    }
}
