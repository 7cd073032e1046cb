package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.FixedPlanner;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TokenTreeBuilder;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.draft.DraftRequest;
import io.millrace.gpu.draft.Drafter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpeculatorTest {

    private static final DraftShape SHAPE = DraftShape.oneCall("fake", 4, 4);

    private final BlockPool pool = new BlockPool(16, 4);
    private final StepScheduler scheduler =
            new StepScheduler(
                    SchedulingSettings.of(4, 64),
                    pool,
                    WaitingPolicies.named("fcfs"),
                    new ConservativeAdmission());
    private final FakeDrafter drafter = new FakeDrafter();
    private final Speculator speculator =
            new Speculator(List.of(drafter), new FixedPlanner(SHAPE, 4, 4), 64);

    /** Drafts tokens 7, 8, ... as deep as it may, or fails. */
    private static final class FakeDrafter implements Drafter {
        private final List<DraftRequest> asked = new ArrayList<>();
        private boolean broken;

        @Override
        public DraftShape shape() {
            return SHAPE;
        }

        @Override
        public List<TokenTree> draft(List<DraftRequest> requests) {
            if (broken) {
                throw new IllegalStateException("out of memory");
            }
            asked.addAll(requests);
            return requests.stream()
                    .map(
                            request -> {
                                int[] tokens = new int[request.maxDepth()];
                                java.util.Arrays.setAll(tokens, i -> 7 + i);
                                return TokenTree.chain(tokens, new float[tokens.length]);
                            })
                    .toList();
        }
    }

    @Test
    void draftsBehindTheLastTokenOfGrowingAnswersOnly() {
        Sequence growing = growing("growing", 20);
        scheduler.add(sequence("new", 20));

        List<StepWork> work = speculator.draft(scheduler.schedule(0), SpeculatorTest::any);

        assertThat(work).extracting(StepWork::rows).containsExactlyInAnyOrder(5, 3);
        assertThat(drafter.asked).extracting(DraftRequest::sequence).containsExactly(growing);
    }

    @Test
    void draftsNothingForWhoWantsNone() {
        Sequence plain = sequence("plain", 20);
        scheduler.add(plain);
        Sequence growing = growing("growing", 20);
        plain.append(5);
        StepPlan plan = scheduler.schedule(0);

        List<StepWork> work = speculator.draft(plan, sequence -> sequence != plain);
        speculator.verified(work.stream().map(SpeculatorTest::rejected).toList(), 1_000);

        assertThat(work)
                .filteredOn(StepWork::speculates)
                .extracting(StepWork::sequence)
                .containsExactly(growing);
        assertThat(work).extracting(StepWork::rows).containsExactlyInAnyOrder(1, 5);
        assertThat(speculator.statistics().draftedTokens()).isEqualTo(4);
        assertThat(speculator.statistics().offeredByDepth()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(speculator.statistics().stepsByDrafter()).containsExactly(entry("fake", 1L));
    }

    private static boolean any(Sequence sequence) {
        return true;
    }

    private static Verified rejected(StepWork work) {
        List<SampledToken> drawn = Collections.nCopies(work.outputs(), SampledToken.bare(3));
        return new Verified(work, 0, drawn.subList(0, 1), drawn);
    }

    @Test
    void draftsNoDeeperThanTheAnswerMayGrow() {
        growing("short", 4);

        // One token is there, three may come: the model's own is one of them.
        assertThat(
                        speculator
                                .draft(scheduler.schedule(0), SpeculatorTest::any)
                                .get(0)
                                .draft()
                                .maxDepth())
                .isEqualTo(2);
    }

    @Test
    void givesBackTheBlocksOfWhatWasNotAccepted() {
        Sequence growing = growing("growing", 20);
        int before = pool.used();
        StepPlan plan = scheduler.schedule(0);
        StepWork work = speculator.draft(plan, SpeculatorTest::any).get(0);
        assertThat(pool.used()).isGreaterThan(before);

        speculator.verified(List.of(rejected(work)), 1_000);

        assertThat(growing.blocks().blockCount()).isEqualTo(pool.blocksFor(work.work().end()));
        assertThat(speculator.statistics().draftedTokens()).isEqualTo(4);
        assertThat(speculator.statistics().acceptedByDepth()).isEmpty();
        assertThat(speculator.statistics().offeredByDepth()).containsExactly(1L, 1L, 1L, 1L);
    }

    @Test
    void widensWhatIsVerifiedAndTellsTheDrafterWhatWasDrawn() {
        Widening widening = new Widening();
        Speculator widened =
                new Speculator(List.of(widening), new FixedPlanner(widening.shape(), 2, 2), 64);
        Sequence growing = growing("growing", 20);
        StepPlan plan = scheduler.schedule(0);

        StepWork work = widened.draft(plan, SpeculatorTest::any).get(0);
        List<SampledToken> drawn = IntStream.range(50, 56).mapToObj(SampledToken::bare).toList();
        widened.verified(List.of(new Verified(work, 0, drawn.subList(0, 1), drawn)), 1_000);

        assertThat(work.draft().tokens()).containsExactly(7, 8, 30, 31, 32);
        assertThat(widening.drawn).containsExactly(50, 51, 52, 53, 54, 55);
        assertThat(growing.blocks().blockCount()).isEqualTo(pool.blocksFor(work.work().end()));
    }

    @Test
    void doesNotWidenBeyondTheTokensOfAStep() {
        Widening widening = new Widening();
        // One token of the plan, two drafted ones, and no room for three more.
        Speculator full =
                new Speculator(List.of(widening), new FixedPlanner(widening.shape(), 2, 2), 5);
        growing("growing", 20);

        assertThat(full.draft(scheduler.schedule(0), SpeculatorTest::any).get(0).draft().size())
                .isEqualTo(2);
    }

    /** Drafts two tokens and wants a chain of three more computed. */
    private static final class Widening implements Drafter {
        private int[] drawn = {};

        @Override
        public DraftShape shape() {
            return new DraftShape("widening", 2, 2, 0, 3);
        }

        @Override
        public List<TokenTree> draft(List<DraftRequest> requests) {
            return Collections.nCopies(
                    requests.size(), TokenTree.chain(new int[] {7, 8}, new float[2]));
        }

        @Override
        public TokenTree widen(Sequence sequence, TokenTree chosen, int maxDepth) {
            TokenTreeBuilder builder = chosen.toBuilder(3);
            int parent = 0;
            for (int token = 30; token < 33; token++) {
                parent = builder.add(parent, token, -1);
            }
            return builder.build();
        }

        @Override
        public void drawn(Sequence sequence, TokenTree verified, int[] tokens) {
            drawn = tokens;
        }
    }

    @Test
    void goesOnWithoutADrafterThatFails() {
        growing("growing", 20);
        drafter.broken = true;

        assertThat(speculator.draft(scheduler.schedule(0), SpeculatorTest::any))
                .allSatisfy(work -> assertThat(work.speculates()).isFalse());
        drafter.broken = false;
        assertThat(speculator.draft(scheduler.schedule(0), SpeculatorTest::any))
                .allSatisfy(work -> assertThat(work.speculates()).isFalse());
        assertThat(speculator.statistics().failures()).isEqualTo(1);
    }

    /** A sequence with one generated token that is not computed. */
    private Sequence growing(String key, int maxTokens) {
        Sequence sequence = sequence(key, maxTokens);
        scheduler.add(sequence);
        scheduler.schedule(0).work().forEach(work -> scheduler.advance(work, 0));
        sequence.append(5);
        return sequence;
    }

    private static Sequence sequence(String key, int maxTokens) {
        return new Sequence(
                key,
                new int[] {1, 2, 3},
                new int[0],
                maxTokens,
                LengthEstimate.atMost(maxTokens),
                Service.DEFAULT,
                0);
    }
}
