package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.IterativeShortestRemaining;
import io.millrace.core.schedule.policy.OrderedPolicy;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsAndPoliciesTest {

    private static final Sequence EARLY = sequence("early", 20, 7, 1);
    private static final Sequence SHORT = sequence("short", 30, 2, 2);
    private static final Sequence BRIEF = sequence("brief", 10, 5, 3);

    @Test
    void ordersAsNamed() {
        assertThat(order("fcfs")).containsExactly("early", "short", "brief");
        assertThat(order("sjf")).containsExactly("short", "brief", "early");
        assertThat(order("ljf")).containsExactly("early", "brief", "short");
        assertThat(order("shortest-prompt")).containsExactly("brief", "early", "short");
        assertThat(order("longest-prompt")).containsExactly("short", "early", "brief");
    }

    @Test
    void namesEveryPolicyOnce() {
        assertThat(WaitingPolicies.names())
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(WaitingPolicies.named(name).name()).isEqualTo(name));
    }

    @Test
    void listsThePoliciesWhenThereIsNoneOfThatName() {
        assertThatThrownBy(() -> WaitingPolicies.named("best"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "policy: best (expected: one of %s)",
                        String.join(", ", WaitingPolicies.names()));
    }

    @Test
    void refusesWhatIsNoParameterOfThePolicy() {
        assertThat(WaitingPolicies.named("isrtf(ageing=2)"))
                .isEqualTo(new IterativeShortestRemaining(2, 400));
        assertThatThrownBy(() -> WaitingPolicies.named("isrtf(aging=2)"))
                .hasMessage("policy: isrtf(aging) (expected: one of ageing, margin)");
        assertThatThrownBy(() -> WaitingPolicies.named("fcfs(ageing=2)"))
                .hasMessage("policy: fcfs(ageing) (expected: no parameters)");
        assertThatThrownBy(() -> WaitingPolicies.named("isrtf(ageing=much)"))
                .hasMessage("policy: isrtf(ageing=much) (expected: a number)");
        assertThatThrownBy(() -> WaitingPolicies.named("scls(slice=0)"))
                .hasMessage("slice: 0 (expected: at least 1 token)");
        assertThatThrownBy(() -> WaitingPolicies.named("mlfq(quantum=1.5)"))
                .hasMessage("policy: mlfq(quantum=1.5) (expected: a whole number)");
        assertThatThrownBy(() -> WaitingPolicies.named("scls(slice"))
                .hasMessage("policy: scls(slice (expected: NAME or NAME(key=value; key=value))");
        assertThatThrownBy(() -> WaitingPolicies.named("vtc(weight.a=1; weight.b=0)"))
                .hasMessage("weight.b: 0.0 (expected: above 0)");
    }

    @Test
    void refusesSettingsThatStarveSomeone() {
        assertThatThrownBy(() -> SchedulingSettings.of(64, 63))
                .hasMessage(
                        "tokenBudget: 63 (expected: at least maxSequences, 64, so that every answer can grow)");
        assertThatThrownBy(() -> SchedulingSettings.of(0, 63))
                .hasMessage("maxSequences: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new SchedulingSettings(1, 1, 0, 0, 0))
                .hasMessage("chunkAlignment: 0 (expected: at least 1)");
    }

    private static List<String> order(String policy) {
        return Stream.of(BRIEF, SHORT, EARLY)
                .sorted((OrderedPolicy) WaitingPolicies.named(policy))
                .map(Sequence::key)
                .toList();
    }

    private static Sequence sequence(String key, int prompt, int predicted, long arrivalMs) {
        LengthEstimate estimate = new LengthEstimate(predicted, predicted);
        return new Sequence(
                key, new int[prompt], new int[0], 100, estimate, Service.DEFAULT, arrivalMs);
    }
}
