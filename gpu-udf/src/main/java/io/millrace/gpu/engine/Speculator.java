package io.millrace.gpu.engine;

import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.Work;
import io.millrace.core.speculate.DraftPlan;
import io.millrace.core.speculate.RequestHistory;
import io.millrace.core.speculate.SpeculationPlanner;
import io.millrace.core.speculate.StepLoad;
import io.millrace.core.speculate.StepTimes;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.draft.DraftRequest;
import io.millrace.gpu.draft.Drafter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has drafts made for the growing answers of a step, as far as the planner says. Used by the
 * engine's thread; a drafter that fails is switched off for good, with a warning.
 */
final class Speculator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Speculator.class);
    private static final double NANOS_PER_MS = 1e6;

    private final List<Drafter> drafters;
    private final SpeculationPlanner planner;
    private final int tokenBudget;
    private final Map<String, RequestHistory> histories = new HashMap<>();
    private final Map<Work, TokenTree> drafts = new HashMap<>();
    private int drafter;
    private final SpeculationCounters counters;
    private long draftNanos;
    private long failures;

    /**
     * Takes over drafters.
     *
     * @param planner made for them, in the same order
     * @param tokenBudget the most tokens of a step, drafted ones included
     */
    Speculator(List<Drafter> drafters, SpeculationPlanner planner, int tokenBudget) {
        this.drafters = List.copyOf(drafters);
        this.planner = planner;
        this.tokenBudget = tokenBudget;
        this.counters = new SpeculationCounters(drafters.stream().map(Speculator::name).toList());
    }

    /**
     * The plan's work, with drafts behind the tokens of growing answers.
     *
     * @param wanted whose requests allow it
     */
    List<StepWork> draft(StepPlan plan, Predicate<Sequence> wanted) {
        long begin = System.nanoTime();
        drafts.clear();
        List<StepWork> result = drafters.isEmpty() ? plain(plan) : drafted(plan, wanted);
        draftNanos = System.nanoTime() - begin;
        return result;
    }

    private static List<StepWork> plain(StepPlan plan) {
        return plan.work().stream().map(StepWork::plain).toList();
    }

    private static String name(Drafter drafter) {
        return drafter.shape().name();
    }

    private List<StepWork> drafted(StepPlan plan, Predicate<Sequence> wanted) {
        List<Work> eligible =
                plan.work().stream()
                        .filter(Speculator::maySpeculate)
                        .filter(work -> wanted.test(work.sequence()))
                        .toList();
        StepLoad load = load(plan, eligible.size());
        DraftPlan draftPlan = planner.plan(load);
        if (draftPlan.isPlain()) {
            return plain(plan);
        }
        drafter = draftPlan.drafter();
        int slots = draftPlan.nodes() + drafters.get(drafter).shape().extraTokens();
        List<Work> asking = new ArrayList<>();
        List<DraftRequest> requests = new ArrayList<>();
        for (Work work : eligible) {
            if (asking.size() < draftPlan.sequences() && reserve(work, slots)) {
                asking.add(work);
                requests.add(request(work.sequence(), draftPlan));
            }
        }
        List<TokenTree> trees = trees(requests);
        if (trees.isEmpty()) {
            return plain(plan);
        }
        List<RequestHistory> asked = asking.stream().map(w -> history(w.sequence())).toList();
        List<TokenTree> widened = widened(requests, planner.choose(asked, trees), load.maxNodes());
        Map<Work, TokenTree> verified = new HashMap<>();
        for (int i = 0; i < asking.size(); i++) {
            drafts.put(asking.get(i), trees.get(i));
            verified.put(asking.get(i), widened.get(i));
        }
        return plan.work().stream()
                .map(w -> new StepWork(w, verified.getOrDefault(w, TokenTree.empty())))
                .toList();
    }

    private static boolean maySpeculate(Work work) {
        return work.count() == 1
                && work.samples()
                && work.from() > 0
                && work.sequence().maxRemaining() > 1;
    }

    private StepLoad load(StepPlan plan, int eligible) {
        int sampling = (int) plan.work().stream().filter(Work::samples).count();
        long attended = plan.work().stream().mapToLong(Work::end).sum();
        return new StepLoad(
                sampling,
                eligible,
                plan.tokens() - sampling,
                attended,
                Math.max(0, tokenBudget - plan.tokens()));
    }

    private static boolean reserve(Work work, int slots) {
        return work.sequence().blocks().ensure(work.end() + slots);
    }

    private static DraftRequest request(Sequence sequence, DraftPlan plan) {
        return new DraftRequest(sequence, Math.min(plan.depth(), room(sequence)), plan.nodes());
    }

    /** Drafted tokens that an answer may still take: one more is the model's own. */
    private static int room(Sequence sequence) {
        return sequence.maxRemaining() - 1;
    }

    private List<TokenTree> trees(List<DraftRequest> requests) {
        if (requests.isEmpty()) {
            return List.of();
        }
        try {
            return drafters.get(drafter).draft(requests);
        } catch (RuntimeException e) {
            failed(e);
            return List.of();
        }
    }

    /** What is verified, with what the drafter adds of its own as far as the step has room. */
    private List<TokenTree> widened(
            List<DraftRequest> requests, List<TokenTree> chosen, int maxNodes) {
        Drafter active = drafters.get(drafter);
        int extra = active.shape().extraTokens();
        int left = maxNodes - chosen.stream().mapToInt(TokenTree::size).sum();
        if (extra == 0) {
            return chosen;
        }
        List<TokenTree> widened = new ArrayList<>(chosen);
        try {
            for (int i = 0; i < widened.size() && left >= extra; i++, left -= extra) {
                Sequence sequence = requests.get(i).sequence();
                widened.set(i, active.widen(sequence, chosen.get(i), room(sequence)));
            }
        } catch (RuntimeException e) {
            failed(e);
        }
        return widened;
    }

    private void failed(RuntimeException reason) {
        failures++;
        planner.disable(drafter);
        LOG.warn(
                "{} drafts no more, because it failed; answers go on without drafts",
                name(drafters.get(drafter)),
                reason);
    }

    private RequestHistory history(Sequence sequence) {
        return histories.computeIfAbsent(sequence.key(), key -> planner.newRequest());
    }

    /** Learns what a step has accepted and gives back the blocks of what it has not. */
    void verified(List<Verified> verified, long verifyNanos) {
        if (drafters.isEmpty()) {
            return;
        }
        for (Verified outcome : verified) {
            Work work = outcome.work().work();
            work.sequence().blocks().truncate(work.end() + outcome.accepted());
            TokenTree draft = drafts.get(work);
            if (draft != null) {
                planner.emitted(history(work.sequence()), draft, ids(outcome.tokens()));
            }
        }
        tellDrafter(verified);
        counters.step(verified, draftNanos, name(drafters.get(drafter)));
        planner.finished(new StepTimes(draftNanos / NANOS_PER_MS, verifyNanos / NANOS_PER_MS));
    }

    private void tellDrafter(List<Verified> verified) {
        try {
            for (Verified outcome : verified) {
                if (drafts.containsKey(outcome.work().work())) {
                    StepWork work = outcome.work();
                    drafters.get(drafter)
                            .drawn(work.sequence(), work.draft(), ids(outcome.drawn()));
                }
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private static int[] ids(List<SampledToken> tokens) {
        return tokens.stream().mapToInt(SampledToken::token).toArray();
    }

    /** Forgets a sequence that has ended. */
    void forget(Sequence sequence) {
        histories.remove(sequence.key());
        drafters.forEach(drafter -> drafter.forget(sequence));
    }

    /** What drafting did so far. */
    SpeculationStatistics statistics() {
        return counters.copy(failures);
    }

    @Override
    public void close() {
        drafters.forEach(Drafter::close);
    }
}
