package io.millrace.core.predict;

import static io.millrace.core.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistogramPredictorTest {

    private static final HistogramSettings SETTINGS = new HistogramSettings(100, 10, 2);

    private final HistogramPredictor predictor = new HistogramPredictor(SETTINGS);

    @Test
    void expectsTheLimitBeforeItHasSeenEnough() {
        observe("a", 1, 9);

        assertThat(predictor.predict(of("a", 500), 0)).isEqualTo(LengthEstimate.atMost(500));
    }

    @Test
    void predictsMedianAndNineTenths() {
        observe("a", 1, 100);

        assertThat(predictor.predict(of("a", 500), 0)).isEqualTo(new LengthEstimate(50, 90));
    }

    @Test
    void staysWithinTheLimitOfTheRequest() {
        observe("a", 1, 100);

        assertThat(predictor.predict(of("a", 70), 0)).isEqualTo(new LengthEstimate(50, 70));
    }

    @Test
    void countsOnlyLongerAnswersOnceSomeTokensAreGenerated() {
        observe("a", 1, 100);

        // Left are 81 to 100.
        assertThat(predictor.predict(of("a", 500), 80)).isEqualTo(new LengthEstimate(90, 98));
    }

    @Test
    void letsAnAnswerThatOutgrowsAllOthersDouble() {
        observe("a", 1, 100);

        assertThat(predictor.predict(of("a", 500), 95)).isEqualTo(LengthEstimate.atMost(190));
        assertThat(predictor.predict(of("a", 150), 100)).isEqualTo(LengthEstimate.atMost(150));
    }

    @Test
    void prefersTheHistoryOfTheTenant() {
        observe("long", 201, 300);
        observe("short", 1, 10);

        assertThat(predictor.predict(of("short", 500), 0)).isEqualTo(new LengthEstimate(5, 9));
        assertThat(predictor.predict(of("long", 500), 0)).isEqualTo(new LengthEstimate(250, 290));
        // Of a stranger the last 100 of all say most: 1 to 10 and 211 to 300.
        assertThat(predictor.predict(of("new", 500), 0)).isEqualTo(new LengthEstimate(250, 290));
    }

    @Test
    void fallsBackToAllWhereTheTenantHasNoSuchLongAnswers() {
        observe("short", 1, 20);
        observe("long", 201, 280);

        assertThat(predictor.predict(of("short", 500), 100))
                .isEqualTo(new LengthEstimate(240, 272));
    }

    @Test
    void forgetsWhatIsOlderThanItsWindow() {
        observe("a", 301, 400);
        observe("a", 1, 100);

        assertThat(predictor.predict(of("a", 500), 0)).isEqualTo(new LengthEstimate(50, 90));
        assertThat(predictor.state().all()).hasSize(100).startsWith(1).endsWith(100);
    }

    @Test
    void forgetsTheTenantThatWasQuietLongest() {
        observe("a", 1, 10);
        observe("b", 1, 10);
        observe("a", 1, 1);
        observe("c", 1, 10);

        assertThat(predictor.state().byTenant()).containsOnlyKeys("a", "c");
    }

    @Test
    void goesOnFromASnapshot() {
        observe("a", 1, 60);
        observe("b", 100, 170);
        HistogramState state = predictor.state();

        HistogramPredictor restored = HistogramPredictor.restore(SETTINGS, List.of(state));

        assertThat(restored.state()).isEqualTo(state);
        observe("a", 7, 7);
        assertThat(restored.state()).as("a snapshot shares nothing").isEqualTo(state);
        assertThat(restored.predict(of("b", 500), 0)).isEqualTo(new LengthEstimate(135, 163));
    }

    @Test
    void interleavesTheSnapshotsOfSeveral() {
        HistogramSettings three = new HistogramSettings(3, 1, 2);
        HistogramState left = new HistogramState(new int[] {1, 2, 3}, Map.of("a", new int[] {1}));
        HistogramState right = new HistogramState(new int[] {9}, Map.of("a", new int[] {9}));

        HistogramState merged = HistogramPredictor.restore(three, List.of(left, right)).state();

        assertThat(merged)
                .isEqualTo(new HistogramState(new int[] {2, 3, 9}, Map.of("a", new int[] {1, 9})));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new HistogramSettings(10, 11, 1))
                .hasMessage("minSamples: 11 (expected: 1 to the window, 10)");
    }

    @Test
    void expectsTheLimitAlwaysWithoutPrediction() {
        LengthPredictor none = new UpperBoundPredictor();
        none.observe(of("a", 9), 3);

        assertThat(none.predict(of("a", 9), 4)).isEqualTo(LengthEstimate.atMost(9));
    }

    private void observe(String tenant, int from, int to) {
        for (int length = from; length <= to; length++) {
            predictor.observe(of(tenant, 1_000), length);
        }
    }

    private static QueuedRequest of(String tenant, int maxTokens) {
        Service service = new Service(tenant, 0, Service.NO_DEADLINE, null, null);
        return request("key", 10, maxTokens, service, 0);
    }
}
