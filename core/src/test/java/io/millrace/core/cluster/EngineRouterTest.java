package io.millrace.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineRouterTest {

    private static final int ENGINES = 4;

    static List<String> policies() {
        return EngineRouter.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyEngineGetsItsShare(String policy) {
        EngineRouter router = new EngineRouter(policy, ENGINES, 64);
        SplittableRandom random = new SplittableRandom(1);
        int[] requests = new int[ENGINES];
        for (int i = 0; i < 4_000; i++) {
            requests[router.route(request("tenant-" + random.nextInt(100), 50))]++;
        }
        for (int count : requests) {
            assertThat(count).isBetween(800, 1_200);
        }
    }

    @Test
    void longAnswersWeighMoreThanShortOnes() {
        EngineRouter router = new EngineRouter("least-load", 2, 64);
        // Every other answer is long: in turns, one engine would get all of them.
        long[] tokens = new long[2];
        for (int i = 0; i < 1_000; i++) {
            int answer = i % 2 == 0 ? 500 : 20;
            tokens[router.route(request("t", answer))] += answer;
        }
        assertThat((double) tokens[0] / tokens[1]).isBetween(0.9, 1.1);
    }

    @Test
    void whatWasSentLongAgoIsNoLoad() {
        EngineRouter router = new EngineRouter("least-load", 2, 4);
        int first = router.route(request("t", 100_000));
        int others = 0;
        for (int i = 0; i < 4; i++) {
            others += router.route(request("t", 10)) == first ? 0 : 1;
        }
        assertThat(others).isEqualTo(3);
        assertThat(router.route(request("t", 10))).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"freeness", "prefix-deficits", "best"})
    void refusesWhatNeedsToKnowMoreOfEngines(String policy) {
        assertThatThrownBy(() -> new EngineRouter(policy, 2, 4))
                .hasMessage(
                        "policy: %s (expected: one of least-load, round-robin, bounded-hash)"
                                .formatted(policy));
    }

    private static QueuedRequest request(String tenant, int answer) {
        InferenceRequest request =
                new InferenceRequest(
                        "key",
                        "id",
                        "native",
                        null,
                        new Prompt.Text("prompt"),
                        1_000_000,
                        Sampling.GREEDY,
                        StopRules.NONE,
                        InferenceRequest.NO_LOGPROBS,
                        new Service(tenant, 0, Service.NO_DEADLINE, null, null),
                        null,
                        true,
                        0);
        return QueuedRequest.of(request, new int[] {1, 2, 3}, 1_000_000)
                .withPredicted(new LengthEstimate(answer, answer));
    }
}
