package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.speculate.DrafterState.Forecast;
import java.util.Arrays;
import java.util.List;

/**
 * Speculates as deep as it pays at the present load: maximises goodput, the expected tokens of a
 * step over its time, draft and verification together (SpecServe / AdaSpec, sections 3 and 4).
 *
 * <p>Before drafting, it foresees for every depth of every drafter what the draft will look like
 * and what that is worth; after drafting, it chooses the most probable nodes of the whole batch, so
 * many that goodput is greatest. Both rest on what was measured: step times ({@link
 * StepTimeModel}), and how often what a drafter is confident of is accepted ({@link
 * AcceptanceStatistics}).
 *
 * <p>Whatever the forecasts say, a ledger compares what speculating steps saved and cost, and stops
 * them when it is overdrawn. Drafters that are not in use are tried again within its allowance.
 *
 * <p>One thread.
 */
public final class GoodputPlanner implements SpeculationPlanner {

    /** Plain steps before the first draft, to have a measure to hold it against. */
    private static final int FIRST_PLAIN_STEPS = 3;

    private static final int EAGER_PROBES = 4;
    private static final int PROBE_SEQUENCES = 8;
    private static final double SWITCHING_GAIN = 1.02;

    private final PlannerSettings settings;
    private final List<DrafterState> drafters;
    private final StepTimeModel target = new StepTimeModel();
    private final SpeculationLedger ledger;
    private final BatchChoice choice = new BatchChoice();
    private final long[] lastPlain = new long[Integer.SIZE];

    private int active = -1;
    private long step;
    private long speculating;

    private StepCost cost = new StepCost(target, new StepLoad(0, 0, 0, 0, 0));
    private DraftPlan plan = DraftPlan.PLAIN;
    private boolean probing;
    private int drafted;
    private int chosen;
    private int emittedAhead;

    /** A planner for these drafters, of which it uses at most one in a step. */
    public GoodputPlanner(PlannerSettings settings, List<DraftShape> drafters) {
        check(!drafters.isEmpty(), "drafters", "none", "at least one");
        this.settings = settings;
        this.drafters = drafters.stream().map(DrafterState::new).toList();
        this.ledger = new SpeculationLedger(settings.maxLoss());
        Arrays.fill(lastPlain, Long.MIN_VALUE / 2);
    }

    @Override
    public RequestHistory newRequest() {
        return new RequestHistory(
                drafters.stream()
                        .map(drafter -> drafter.acceptance().newRequest())
                        .toArray(RequestAcceptance[]::new));
    }

    @Override
    public DraftPlan plan(StepLoad load) {
        step++;
        cost = new StepCost(target, load);
        probing = false;
        drafted = 0;
        chosen = 0;
        emittedAhead = 0;
        plan = load.canSpeculate() && plainIsKnown(load) ? decide(load) : DraftPlan.PLAIN;
        return plan;
    }

    @Override
    public List<TokenTree> choose(List<RequestHistory> requests, List<TokenTree> drafts) {
        check(!plan.isPlain(), "plan", plan, "a drafter");
        check(
                requests.size() == drafts.size(),
                "requests.size",
                requests.size(),
                "as many as drafts, " + drafts.size());
        if (drafts.isEmpty()) {
            return List.of();
        }
        DrafterState drafter = drafters.get(plan.drafter());
        drafted = drafts.size();
        choice.clear();
        for (int i = 0; i < drafted; i++) {
            choice.add(requests.get(i).of(plan.drafter()), drafts.get(i), drafter);
        }
        drafter.profile().endStep(drafted, plan.depth());
        double draftMs = drafter.draftMs(target, plan.depth(), drafted, cost.load());
        int count = choice.bestCount(cost, draftMs, extraTokens());
        if (probing) {
            count = Math.max(count, Math.min(drafted * plan.depth(), cost.load().maxNodes()));
        }
        List<TokenTree> selected = choice.select(drafts, count);
        for (TokenTree tree : selected) {
            chosen += tree.size();
        }
        return selected;
    }

    @Override
    public void emitted(RequestHistory request, TokenTree draft, int[] tokens) {
        check(!plan.isPlain(), "plan", plan, "a drafter");
        drafters.get(plan.drafter())
                .acceptance()
                .observe(request.of(plan.drafter()), draft, tokens);
        emittedAhead += tokens.length - 1;
    }

    @Override
    public void finished(StepTimes times) {
        StepLoad load = cost.load();
        int extra = extraTokens();
        long tokens = (long) load.plainTokens() + chosen + extra;
        double verifyMs = target.observe(1, tokens, load.kvTokens(), times.verifyMs());
        if (chosen + extra == 0) {
            lastPlain[sizeClass(load)] = step;
        }
        if (plan.isPlain()) {
            // The forecast of the first steps has no scale yet, so no credit is measured by it.
            if (load.sequences() > 0 && target.observations() >= FIRST_PLAIN_STEPS) {
                ledger.plain(cost.decodeMs(), load.sequences());
            }
            return;
        }
        // A plan that came to no draft (no room, a failure) says nothing about drafting.
        boolean counts =
                drafted > 0
                        && drafters.get(plan.drafter())
                                .observe(plan.depth(), drafted, load, times.draftMs());
        if (counts) {
            double ahead = (double) emittedAhead / load.sequences();
            // Beside a prompt, what speculation adds is too small a part to be measured.
            double addedMs =
                    load.prefillTokens() == 0
                            ? verifyMs - cost.plainMs()
                            : Math.max(0, cost.verifyMs((double) chosen + extra) - cost.decodeMs());
            double savedMs = ahead * cost.decodeMs() - times.draftMs() - addedMs;
            ledger.speculative(cost.decodeMs(), savedMs);
        }
    }

    @Override
    public void disable(int drafter) {
        drafters.get(drafter).disable();
        active = active == drafter ? -1 : active;
    }

    private boolean plainIsKnown(StepLoad load) {
        return target.observations() >= FIRST_PLAIN_STEPS
                && step - lastPlain[sizeClass(load)] <= settings.plainInterval();
    }

    private static int sizeClass(StepLoad load) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(load.sequences());
    }

    private DraftPlan decide(StepLoad load) {
        Forecast[] forecasts = new Forecast[drafters.size()];
        int before = active;
        active = -1;
        double bar = cost.plainGoodput() * (before < 0 ? 1 + settings.minGain() : 1);
        for (int i = 0; i < forecasts.length; i++) {
            if (drafters.get(i).isEnabled()) {
                Forecast forecast = drafters.get(i).forecast(cost, target, load.eligible());
                double handicap = before >= 0 && i != before ? SWITCHING_GAIN : 1;
                forecasts[i] = forecast;
                if (ledger.isPositive() && forecast.goodput() / handicap > bar) {
                    active = i;
                    bar = forecast.goodput() / handicap;
                }
            }
        }
        if (before >= 0 && active != before) {
            drafters.get(before).restartProbes();
        }
        for (int i = 0; i < forecasts.length; i++) {
            if (i != active && forecasts[i] != null && isProbeDue(i, forecasts[i])) {
                drafters.get(i).probed(step);
                probing = true;
                int depth = forecasts[i].depth();
                return new DraftPlan(i, depth, depth, probeSequences(load));
            }
        }
        return active < 0 ? DraftPlan.PLAIN : speculate(forecasts[active], load);
    }

    private DraftPlan speculate(Forecast forecast, StepLoad load) {
        DraftShape shape = drafters.get(active).shape();
        speculating++;
        boolean exploring = speculating % settings.exploreInterval() == 0;
        int depth = exploring ? shape.maxDepth() : forecast.depth();
        int nodes = Math.max(depth, 8 + (int) Math.ceil(2 * forecast.nodes()));
        return new DraftPlan(active, depth, Math.min(nodes, shape.maxNodes()), load.eligible());
    }

    private boolean isProbeDue(int index, Forecast forecast) {
        DrafterState drafter = drafters.get(index);
        int sequences = probeSequences(cost.load());
        int nodes = sequences * (forecast.depth() + drafter.shape().extraTokens());
        double draftMs = drafter.draftMs(target, forecast.depth(), sequences, cost.load());
        double lossMs = draftMs + cost.verifyMs(nodes) - cost.decodeMs();
        // Eagerly at first; then so often that it takes half of the allowance.
        int patience = Math.min(30, Math.max(0, drafter.probes() - EAGER_PROBES));
        double frugal = 2 * lossMs / (settings.maxLoss() * cost.decodeMs());
        double interval =
                Math.min(1 << patience, Math.min(settings.probeInterval(), Math.ceil(frugal)));
        return step - drafter.lastProbe() >= interval && ledger.affords(lossMs);
    }

    private static int probeSequences(StepLoad load) {
        return Math.min(PROBE_SEQUENCES, load.eligible());
    }

    private int extraTokens() {
        return plan.isPlain() ? 0 : drafted * drafters.get(plan.drafter()).shape().extraTokens();
    }
}
