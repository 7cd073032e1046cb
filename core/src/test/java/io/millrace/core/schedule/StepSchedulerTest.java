package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.memory.Admission;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.memory.PeakMemoryAdmission;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepSchedulerTest {

    private final BlockPool pool = new BlockPool(64, 4);

    @Test
    void prefillsInChunksBesideGrowingAnswers() {
        StepScheduler scheduler = scheduler(new SchedulingSettings(4, 8, 1, 2, 100));
        Sequence first = sequence("first", 3, 5);
        Sequence second = sequence("second", 12, 5);
        scheduler.add(first);
        scheduler.add(second);

        StepPlan plan = scheduler.schedule(0);
        assertThat(plan.work()).containsExactly(new Work(first, 0, 3), new Work(second, 0, 5));
        assertThat(plan.work().get(0).samples()).isTrue();
        assertThat(plan.work().get(1).samples()).isFalse();
        carryOut(scheduler, plan);

        plan = scheduler.schedule(0);
        assertThat(plan.work()).containsExactly(new Work(first, 3, 1), new Work(second, 5, 7));
        carryOut(scheduler, plan);

        plan = scheduler.schedule(0);
        assertThat(plan.work()).containsExactly(new Work(first, 4, 1), new Work(second, 12, 1));
    }

    @Test
    void alignsChunksWhereTheBudgetAllows() {
        StepScheduler scheduler = scheduler(new SchedulingSettings(4, 10, 4, 2, 100));
        Sequence sequence = sequence("one", 13, 5);
        scheduler.add(sequence);

        StepPlan plan = scheduler.schedule(0);
        assertThat(plan.work()).containsExactly(new Work(sequence, 0, 8));
        carryOut(scheduler, plan);
        assertThat(scheduler.schedule(0).work()).containsExactly(new Work(sequence, 8, 5));
    }

    @Test
    void preemptsTheLatestArrivalAndKeepsItsTokens() {
        BlockPool small = new BlockPool(4, 4);
        StepScheduler scheduler = scheduler(small, new PeakMemoryAdmission(0), "fcfs");
        // Both are predicted to end after one token, but do not.
        Sequence old = sequence("old", 7, 9, 1, 10);
        Sequence young = sequence("young", 7, 9, 1, 20);
        scheduler.add(young);
        scheduler.add(old);

        carryOut(scheduler, scheduler.schedule(0));
        carryOut(scheduler, scheduler.schedule(0));
        StepPlan plan = scheduler.schedule(0);

        assertThat(plan.preempted()).containsExactly(young);
        assertThat(plan.work()).containsExactly(new Work(old, 8, 1));
        assertThat(young.generatedTokens()).hasSize(2);
        assertThat(young.computed()).isZero();
        assertThat(young.preemptions()).isEqualTo(1);
        assertThat(scheduler.preemptions()).isEqualTo(1);
        assertThat(scheduler.waiting()).containsExactly(young);
    }

    @Test
    void refusesWhatCannotEverFit() {
        StepScheduler scheduler = scheduler(pool, new ConservativeAdmission(), "fcfs");

        assertThat(scheduler.fits(200, 56)).isTrue();
        assertThat(scheduler.fits(200, 57)).isFalse();
        assertThatThrownBy(() -> scheduler.add(sequence("big", 200, 57)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "prompt and max_tokens: 257 (expected: at most 256 tokens, which is the whole KV cache)");
    }

    @Test
    void refusesAKeyThatItHolds() {
        StepScheduler scheduler = scheduler(pool, new ConservativeAdmission(), "fcfs");
        scheduler.add(sequence("key", 2, 2));

        assertThatThrownBy(() -> scheduler.add(sequence("key", 2, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key: key");
    }

    @Test
    void freesTheBlocksOfWhatIsRemoved() {
        StepScheduler scheduler = scheduler(pool, new ConservativeAdmission(), "fcfs");
        scheduler.add(sequence("running", 20, 2));
        carryOut(scheduler, scheduler.schedule(0));
        scheduler.add(sequence("waiting", 20, 2));

        assertThat(scheduler.remove("waiting")).isTrue();
        assertThat(scheduler.remove("running")).isTrue();
        assertThat(scheduler.remove("running")).isFalse();
        assertThat(pool.used()).isZero();
        assertThat(scheduler.schedule(0).isEmpty()).isTrue();
    }

    @Test
    void offersTheWholePoolWhenNothingIsHeld() {
        StepScheduler scheduler = scheduler(new SchedulingSettings(4, 8, 1, 2, 100));
        assertThat(scheduler.room()).isEqualTo(new EngineRoom(6, 256));

        scheduler.add(sequence("one", 10, 6));
        assertThat(scheduler.room()).isEqualTo(new EngineRoom(5, 240));
    }

    @Test
    void startsByPriorityThenDeadlineThenPolicy() {
        StepScheduler scheduler = scheduler(pool, new ConservativeAdmission(), "sjf");
        scheduler.add(served("long", 9, Service.DEFAULT));
        scheduler.add(served("short", 2, Service.DEFAULT));
        scheduler.add(served("soon", 9, new Service("t", 0, 1_000, null, null)));
        scheduler.add(served("urgent", 9, new Service("t", 5, Service.NO_DEADLINE, null, null)));

        assertThat(scheduler.schedule(0).work())
                .extracting(work -> work.sequence().key())
                .containsExactly("urgent", "soon", "short", "long");
    }

    @Test
    void startsWhatWasOvertakenTooOften() {
        SchedulingSettings settings = new SchedulingSettings(1, 8, 1, 1, 3);
        StepScheduler scheduler =
                new StepScheduler(
                        settings, pool, WaitingPolicies.named("sjf"), new ConservativeAdmission());
        scheduler.add(served("long", 9, Service.DEFAULT));
        for (int i = 0; i < 3; i++) {
            Sequence overtaking = served("short-" + i, 1, Service.DEFAULT);
            scheduler.add(overtaking);
            assertThat(scheduler.schedule(0).work().get(0).sequence()).isSameAs(overtaking);
            scheduler.remove(overtaking.key());
        }
        scheduler.add(served("short-3", 1, Service.DEFAULT));

        assertThat(scheduler.schedule(0).work().get(0).sequence().key()).isEqualTo("long");
    }

    @Test
    void startsALaterOneThatIsDueFirstAfterRemovals() {
        SchedulingSettings settings = new SchedulingSettings(1, 8, 1, 1, 2);
        StepScheduler scheduler =
                new StepScheduler(
                        settings, pool, WaitingPolicies.named("sjf"), new ConservativeAdmission());
        for (int i = 0; i < 5; i++) {
            scheduler.add(served("gone-" + i, 1, Service.DEFAULT));
        }
        scheduler.add(served("older", 9, Service.DEFAULT));
        for (int i = 0; i < 5; i++) {
            scheduler.remove("gone-" + i);
        }
        scheduler.add(served("younger", 9, Service.DEFAULT));
        // Older one: after 0 + 5 + 2 starts. Younger one: after 0 + 1 + 2.
        for (int i = 0; i < 3; i++) {
            Sequence overtaking = served("short-" + i, 1, Service.DEFAULT);
            scheduler.add(overtaking);
            assertThat(scheduler.schedule(0).work().get(0).sequence()).isSameAs(overtaking);
            scheduler.remove(overtaking.key());
        }
        scheduler.add(served("short-3", 1, Service.DEFAULT));

        assertThat(scheduler.schedule(0).work().get(0).sequence().key()).isEqualTo("younger");
    }

    private StepScheduler scheduler(SchedulingSettings settings) {
        return new StepScheduler(
                settings, pool, WaitingPolicies.named("fcfs"), new ConservativeAdmission());
    }

    private static StepScheduler scheduler(BlockPool pool, Admission admission, String policy) {
        return new StepScheduler(
                SchedulingSettings.of(8, 64), pool, WaitingPolicies.named(policy), admission);
    }

    private static Sequence sequence(String key, int prompt, int maxTokens) {
        return sequence(key, prompt, maxTokens, maxTokens, 0);
    }

    private static Sequence sequence(
            String key, int prompt, int maxTokens, int predicted, long arrivalMs) {
        return new Sequence(
                key,
                new int[prompt],
                new int[0],
                maxTokens,
                new LengthEstimate(predicted, predicted),
                Service.DEFAULT,
                arrivalMs);
    }

    private static Sequence served(String key, int maxTokens, Service service) {
        return new Sequence(
                key,
                new int[] {1},
                new int[0],
                maxTokens,
                LengthEstimate.atMost(maxTokens),
                service,
                0);
    }

    private static void carryOut(StepScheduler scheduler, StepPlan plan) {
        for (Work work : List.copyOf(plan.work())) {
            boolean samples = work.samples();
            scheduler.advance(work, 0);
            if (samples) {
                work.sequence().append(7);
            }
        }
    }
}
