package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GoodputPlannerTest {

    private static final DraftShape GOOD = DraftShape.callPerLevel("good", 4, 4, 1);
    private static final DraftShape BAD = DraftShape.callPerLevel("bad", 4, 4, 1);
    private static final StepLoad LOAD = new StepLoad(4, 4, 0, 400, 100);

    private final GoodputPlanner planner = planner(GOOD);

    @Test
    void decodesPlainlyUntilItHasAMeasure() {
        for (int i = 0; i < 3; i++) {
            assertThat(planner.plan(LOAD)).isEqualTo(DraftPlan.PLAIN);
            planner.finished(new StepTimes(0, 10));
        }

        assertThat(planner.plan(LOAD).isPlain()).isFalse();
    }

    @Test
    void draftsNothingWhereNothingMayBeDrafted() {
        play(planner, 50, 1, 0.2, 0.9);

        assertThat(planner.plan(new StepLoad(4, 0, 0, 400, 100)).isPlain()).isTrue();
        assertThat(planner.plan(new StepLoad(4, 4, 0, 400, 0)).isPlain()).isTrue();
        assertThat(planner.plan(new StepLoad(0, 0, 64, 0, 100)).isPlain()).isTrue();
        planner.finished(new StepTimes(0, 50));
    }

    @Test
    void speculatesDeeperTheBetterTheDraftAndTheCheaperTheToken() {
        GoodputPlanner poor = planner(GOOD);
        GoodputPlanner costly = planner(GOOD);

        int good = play(planner, 300, 0.1, 0.3, 0.95);
        int worse = play(poor, 300, 0.1, 0.3, 0.4);
        int dear = play(costly, 300, 8, 0.3, 0.4);

        assertThat(good).isGreaterThan(1_000);
        assertThat(worse).isBetween(150, 800);
        assertThat(dear).as("trials only").isLessThan(40);
    }

    @Test
    void picksTheBetterDrafter() {
        GoodputPlanner both = planner(BAD, GOOD);
        int[] uses = new int[2];
        List<RequestHistory> requests = List.of(both.newRequest(), both.newRequest());
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            DraftPlan plan = both.plan(new StepLoad(2, 2, 0, 200, 100));
            if (!plan.isPlain()) {
                uses[plan.drafter()]++;
            }
            step(both, plan, requests, plan.drafter() == 1 ? 0.9 : 0.1, 0.5, 0.3, random);
        }

        assertThat(uses[1]).isGreaterThan(300);
        assertThat(uses[0]).isLessThan(60);
    }

    @Test
    void triesADrafterThatHasToWarmUpUntilItPays() {
        GoodputPlanner patient = planner(new DraftShape("window", 4, 4, 0, 10));
        List<RequestHistory> requests = requests(patient, 4);
        Random random = new Random(2);
        int[] plans = new int[2];
        int seen = 0;
        // Prompts tell what tokens cost: a window is too many to be tried blindly.
        for (int i = 0; i < 20; i++) {
            patient.plan(new StepLoad(4, 0, 60, 400, 100));
            patient.finished(new StepTimes(0, 10 + 0.01 * 64));
        }
        for (int i = 0; i < 600; i++) {
            DraftPlan plan = patient.plan(LOAD);
            if (plan.isPlain()) {
                patient.finished(new StepTimes(0, 10 + 0.01 * 4));
                continue;
            }
            seen++;
            plans[i / 300]++;
            List<TokenTree> drafts =
                    seen < 8
                            ? Collections.nCopies(plan.sequences(), TokenTree.empty())
                            : drafts(plan, plan.sequences(), 0.9);
            List<TokenTree> chosen = patient.choose(requests, drafts);
            int verified = 10 * drafts.size();
            for (int s = 0; s < drafts.size(); s++) {
                int size = chosen.get(s).size();
                verified += size;
                int[] tokens = new int[random.nextDouble() < 0.9 ? size + 1 : 1];
                tokens[tokens.length - 1] = 9;
                patient.emitted(requests.get(s), drafts.get(s), tokens);
            }
            patient.finished(new StepTimes(0.01, 10 + 0.01 * (4 + verified)));
        }

        assertThat(plans[1]).as("%d before", plans[0]).isGreaterThan(250);
    }

    @Test
    void leavesADrafterAloneWhoseExtraTokensCostMoreThanItsDraftsBring() {
        GoodputPlanner thrifty = planner(new DraftShape("window", 4, 4, 0, 40));
        List<RequestHistory> requests = requests(thrifty, 4);
        int plans = 0;
        for (int i = 0; i < 300; i++) {
            DraftPlan plan = thrifty.plan(LOAD);
            plans += plan.isPlain() ? 0 : 1;
            step(thrifty, plan, requests, 0.9, 1, 0.01, new Random(i), 40);
        }

        assertThat(plans).isLessThan(20);
    }

    @Test
    void leavesADrafterThatFailedAlone() {
        play(planner, 50, 0.1, 0.3, 0.9);

        planner.disable(0);

        assertThat(play(planner, 100, 0.1, 0.3, 0.9)).isZero();
    }

    @Test
    void forgetsAStepThatWasGivenUp() {
        play(planner, 50, 0.1, 0.3, 0.9);
        List<RequestHistory> requests = requests(planner, 4);
        DraftPlan plan = planner.plan(LOAD);
        planner.choose(requests, drafts(plan, 4, 0.9));

        planner.plan(LOAD);
        planner.finished(new StepTimes(0.1, 10));

        assertThat(planner.plan(LOAD).isPlain()).isFalse();
    }

    @Test
    void learnsNothingFromAPlanThatCameToNoDraft() {
        play(planner, 50, 0.1, 0.3, 0.9);
        DraftPlan before = planner.plan(LOAD);
        for (int i = 0; i < 100; i++) {
            planner.finished(new StepTimes(0.001, 10.4));
            planner.plan(LOAD);
        }

        planner.finished(new StepTimes(0.001, 10.4));
        assertThat(planner.plan(LOAD).depth()).isEqualTo(before.depth());
    }

    @Property(tries = 100)
    void neverExceedsTheRoomAndKeepsEveryTreeConnected(@ForAll long seed) {
        Random random = new Random(seed);
        GoodputPlanner fresh = planner(DraftShape.callPerLevel("tree", 6, 60, 10));
        List<RequestHistory> requests = requests(fresh, 8);
        for (int i = 0; i < 40; i++) {
            int room = random.nextInt(100);
            DraftPlan plan = fresh.plan(new StepLoad(8, 8, 0, 800, room));
            if (plan.isPlain()) {
                fresh.finished(new StepTimes(0, 10));
                continue;
            }
            List<TokenTree> drafts = new ArrayList<>();
            for (int s = 0; s < plan.sequences(); s++) {
                drafts.add(Trees.random(random, 40, 6));
            }
            List<TokenTree> chosen = fresh.choose(requests.subList(0, drafts.size()), drafts);
            int total = 0;
            for (int s = 0; s < drafts.size(); s++) {
                TokenTree tree = chosen.get(s);
                total += tree.size();
                for (int node = 1; node <= tree.size(); node++) {
                    int inDraft = 0;
                    for (int token : tree.path(node)) {
                        inDraft = drafts.get(s).childWithToken(inDraft, token);
                    }
                    assertThat(drafts.get(s).score(inDraft)).isEqualTo(tree.score(node));
                }
                fresh.emitted(requests.get(s), drafts.get(s), new int[] {random.nextInt(6)});
            }
            assertThat(total).as("seed %d", seed).isLessThanOrEqualTo(room);
            fresh.finished(new StepTimes(1, 10 + 0.01 * total));
        }
    }

    @Test
    void givesEqualAnswersToEqualCalls() {
        GoodputPlanner twin = planner(GOOD);

        int first = play(planner, 300, 0.5, 0.5, 0.6);
        int second = play(twin, 300, 0.5, 0.5, 0.6);

        assertThat(first).isEqualTo(second);
        assertThat(planner.plan(LOAD)).isEqualTo(twin.plan(LOAD));
    }

    @Test
    void refusesCallsOutOfOrder() {
        planner.plan(LOAD);

        assertThatThrownBy(() -> planner.choose(List.of(), List.of()))
                .hasMessageContaining("(expected: a drafter)");
        assertThatThrownBy(
                        () ->
                                planner.emitted(
                                        planner.newRequest(), TokenTree.empty(), new int[] {1}))
                .hasMessageContaining("(expected: a drafter)");
        assertThatThrownBy(() -> new GoodputPlanner(PlannerSettings.DEFAULT, List.of()))
                .hasMessage("drafters: none (expected: at least one)");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new PlannerSettings(0, 0, 9, 9, 9))
                .hasMessage("maxLoss: 0.0 (expected: above 0, below 1)");
        assertThatThrownBy(() -> new PlannerSettings(0.1, 1, 9, 9, 9))
                .hasMessage("minGain: 1.0 (expected: at least 0, below 1)");
        assertThatThrownBy(() -> new StepLoad(1, 2, 0, 0, 0))
                .hasMessage("eligible: 2 (expected: 0 to sequences, 1)");
        assertThatThrownBy(() -> new StepTimes(0, Double.NaN))
                .hasMessage("verifyMs: NaN (expected: finite, above 0)");
    }

    private static GoodputPlanner planner(DraftShape... drafters) {
        return new GoodputPlanner(PlannerSettings.DEFAULT, List.of(drafters));
    }

    private static List<RequestHistory> requests(SpeculationPlanner planner, int count) {
        List<RequestHistory> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(planner.newRequest());
        }
        return requests;
    }

    /** Steps of four sequences; returns how deep was drafted in all. */
    private static int play(
            GoodputPlanner planner, int steps, double tokenMs, double draftMs, double acceptance) {
        Random random = new Random(3);
        List<RequestHistory> requests = requests(planner, 4);
        int depths = 0;
        for (int i = 0; i < steps; i++) {
            DraftPlan plan = planner.plan(LOAD);
            depths += plan.depth();
            step(planner, plan, requests, acceptance, tokenMs, draftMs, random);
        }
        return depths;
    }

    private static void step(
            GoodputPlanner planner,
            DraftPlan plan,
            List<RequestHistory> requests,
            double acceptance,
            double tokenMs,
            double draftMs,
            Random random) {
        step(planner, plan, requests, acceptance, tokenMs, draftMs, random, 0);
    }

    private static void step(
            GoodputPlanner planner,
            DraftPlan plan,
            List<RequestHistory> requests,
            double acceptance,
            double tokenMs,
            double draftMs,
            Random random,
            int extra) {
        int verified = plan.sequences() * extra;
        if (!plan.isPlain()) {
            List<TokenTree> drafts = drafts(plan, plan.sequences(), acceptance);
            List<TokenTree> chosen = planner.choose(requests.subList(0, drafts.size()), drafts);
            for (int s = 0; s < chosen.size(); s++) {
                verified += chosen.get(s).size();
                int accepted = 0;
                while (accepted < chosen.get(s).size() && random.nextDouble() < acceptance) {
                    accepted++;
                }
                int[] tokens = new int[accepted + 1];
                tokens[accepted] = accepted < chosen.get(s).size() ? 9 : 0;
                planner.emitted(requests.get(s), drafts.get(s), tokens);
            }
        }
        planner.finished(
                new StepTimes(draftMs * plan.depth(), 10 + tokenMs * (requests.size() + verified)));
    }

    private static List<TokenTree> drafts(DraftPlan plan, int count, double acceptance) {
        float[] logProbabilities = new float[plan.depth()];
        Arrays.fill(logProbabilities, (float) Math.log(acceptance));
        TokenTree chain = TokenTree.chain(new int[plan.depth()], logProbabilities);
        return new ArrayList<>(Collections.nCopies(count, chain));
    }
}
