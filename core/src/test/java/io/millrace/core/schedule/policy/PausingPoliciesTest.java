package io.millrace.core.schedule.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.policy.Waiting.Job;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PausingPoliciesTest {

    @Test
    void aLongAnswerGivesWayAfterItsIteration() {
        StepScheduler scheduler = Waiting.scheduler(new IterativeShortestRemaining(0, 50), 1);
        scheduler.add(Waiting.sequence("long", 10, 200, "t", 0));
        Waiting.step(scheduler, 0);
        scheduler.add(Waiting.sequence("short", 10, 20, "t", 0));

        List<String> ended = run(scheduler, 220);

        assertThat(ended).containsExactly("short", "long");
        assertThat(scheduler.pauses()).isEqualTo(1);
        assertThat(scheduler.preemptions()).as("it kept its blocks").isZero();
    }

    @Test
    void whoHasWaitedLongGoesBeforeWhoIsShort() {
        Job old = new Job("old", 10, 100, Waiting.tenant("t"), 0);
        Job fresh = new Job("fresh", 10, 10, Waiting.tenant("t"), 60_000);
        Situation situation = Situation.idle(60_000, 1, 10_000);

        assertThat(Waiting.order(new IterativeShortestRemaining(0, 50), situation, old, fresh))
                .containsExactly("fresh", "old");
        assertThat(Waiting.order(new IterativeShortestRemaining(2, 50), situation, old, fresh))
                .containsExactly("old", "fresh");
    }

    @Test
    void whatUsesUpItsQuantumLetsTheNextOneIn() {
        StepScheduler scheduler = Waiting.scheduler(new SkipJoinMlfq(8, 1_000_000), 1);
        scheduler.add(Waiting.sequence("first", 10, 100, "t", 0));
        scheduler.add(Waiting.sequence("second", 10, 6, "t", 1));

        assertThat(run(scheduler, 110)).containsExactly("second", "first");
        assertThat(scheduler.pauses()).isEqualTo(1);
    }

    @Test
    void longPromptsSkipTheLevelsThatTheyWouldUseUp() {
        SkipJoinMlfq policy = new SkipJoinMlfq(1, 1_000);

        assertThat(policy.levelOf(1)).isZero();
        assertThat(policy.levelOf(SkipJoinMlfq.PREFILL_TOKENS)).isZero();
        assertThat(policy.levelOf(SkipJoinMlfq.PREFILL_TOKENS + 1)).isEqualTo(1);
        assertThat(policy.levelOf(5 * SkipJoinMlfq.PREFILL_TOKENS)).isEqualTo(3);
    }

    @Test
    void theStarvingReturnToTheTop() {
        Job waiting = new Job("document", 5_000, 10, Waiting.tenant("t"), 0);
        Job fresh = new Job("chat", 10, 10, Waiting.tenant("t"), 900);
        SkipJoinMlfq policy = new SkipJoinMlfq(1, 1_000);

        assertThat(Waiting.order(policy, Situation.idle(1_000, 1, 10_000), waiting, fresh))
                .containsExactly("chat", "document");
        assertThat(Waiting.order(policy, Situation.idle(1_001, 1, 10_000), waiting, fresh))
                .containsExactly("document", "chat");
    }

    @Test
    void aSliceEndsForAllOfItsBatchBeforeTheNextBegins() {
        StepScheduler scheduler = Waiting.scheduler(new SliceLevel(5), 4);
        for (int i = 0; i < 4; i++) {
            scheduler.add(Waiting.sequence("first-" + i, 10, i == 0 ? 5 : 12, "t", i));
        }
        Waiting.step(scheduler, 0);
        scheduler.add(Waiting.sequence("later", 10, 5, "t", 9));

        for (int i = 0; i < 4; i++) {
            assertThat(scheduler.running()).extracting("key").doesNotContain("later");
            Waiting.step(scheduler, 0);
        }
        assertThat(run(scheduler, 40)).hasSize(4).contains("later");
    }

    @Test
    void theLongestCachedPrefixGoesFirstAmongThoseWithCredit() {
        Job cold = new Job("cold", 100, 10, Waiting.tenant("a"), 0);
        Job warm = new Job("warm", 100, 10, Waiting.tenant("b"), 1);
        Cached cached = new Cached(List.of("warm", "warm-too"));

        assertThat(Waiting.order(new DeficitLongestPrefix(1_000), cached, cold, warm))
                .containsExactly("warm", "cold");
        // The second of b comes after its credit is spent.
        Job another = new Job("warm-too", 100, 10, Waiting.tenant("b"), 2);
        assertThat(Waiting.order(new DeficitLongestPrefix(90), cached, cold, warm, another))
                .containsExactly("warm", "cold", "warm-too");
    }

    private record Cached(List<String> names) implements Situation {
        @Override
        public long nowMs() {
            return 0;
        }

        @Override
        public List<Job> running() {
            return List.of();
        }

        @Override
        public int maxSequences() {
            return 8;
        }

        @Override
        public long kvTokens() {
            return 10_000;
        }

        @Override
        public boolean hasRoomFor(io.millrace.core.schedule.Candidate candidate) {
            return true;
        }

        @Override
        public int cachedTokens(io.millrace.core.schedule.Candidate candidate) {
            return candidate instanceof Job job && names.contains(job.name()) ? 64 : 0;
        }
    }

    private static List<String> run(StepScheduler scheduler, int steps) {
        List<String> ended = new ArrayList<>();
        for (int i = 0; i < steps && !scheduler.isEmpty(); i++) {
            ended.addAll(Waiting.step(scheduler, i));
        }
        return ended;
    }
}
