package io.millrace.core.speculate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A machine, a drafter and a stream of requests, of which a planner knows nothing but what it
 * measures. Time is what the machine says.
 */
final class SpeculationWorld {

    /**
     * A machine and its drafter, milliseconds.
     *
     * @param tile a step computes its tokens in multiples of this, so time is a staircase
     */
    record Machine(
            String name,
            double callMs,
            double tokenMs,
            double kvTokenMs,
            int tile,
            double draftCallMs,
            double draftTokenMs) {

        double stepMs(int tokens, long kvTokens) {
            int computed = (tokens + tile - 1) / tile * tile;
            return callMs + tokenMs * computed + kvTokenMs * kvTokens;
        }
    }

    /**
     * What the requests are like for a while.
     *
     * @param acceptance how often a drafter's best token is right, on average
     * @param sequences that run
     */
    record Phase(int steps, double acceptance, int sequences) {}

    /** What came of it. */
    record Outcome(double tokens, double ms, double plainMs, long speculativeSteps) {

        double goodput() {
            return tokens / ms;
        }

        /** Against decoding the same tokens plainly, in a world without noise. */
        double speedUp() {
            return plainMs / ms;
        }
    }

    /** How drafts come about. */
    enum Method {
        /** A draft model's chain: a call per token. */
        CHAIN(6, 1, 1, 1, 0),
        /** Three candidates at each depth, a call per depth. */
        TREE(6, 3, 3, 1, 0),
        /** Three candidates at each depth, all in one call. */
        HEADS(4, 3, 0, 1, 0),
        /** Chains that are there in one of five steps only. */
        LOOKUP(6, 1, 0, 0.2, 0),
        /** Three candidates in every second step, and a window that every step computes. */
        WINDOW(4, 3, 0, 0.5, 27);

        private final int maxDepth;
        private final int width;
        private final int callWidth;
        private final double frequency;
        private final int extraTokens;

        Method(int maxDepth, int width, int callWidth, double frequency, int extraTokens) {
            this.maxDepth = maxDepth;
            this.width = width;
            this.callWidth = callWidth;
            this.frequency = frequency;
            this.extraTokens = extraTokens;
        }

        DraftShape shape() {
            return new DraftShape(name(), maxDepth, maxDepth * width, callWidth, extraTokens);
        }
    }

    private static final int PROMPT = 100;

    private final Machine machine;
    private final Method method;
    private final SpeculationPlanner planner;
    private final Random random;
    private final long seed;
    private long requests;
    private final List<Running> running = new ArrayList<>();
    private double tokens;
    private double ms;
    private double plainMs;
    private long speculativeSteps;
    private double aheadInStep;

    private static final class Running {
        private final RequestHistory history;
        private final double ease;
        private int context = PROMPT;
        private int left;

        Running(RequestHistory history, double ease, int left) {
            this.history = history;
            this.ease = ease;
            this.left = left;
        }
    }

    SpeculationWorld(Machine machine, Method method, SpeculationPlanner planner, long seed) {
        this.machine = machine;
        this.method = method;
        this.planner = planner;
        this.random = new Random(seed);
        this.seed = seed * 1_000_003;
    }

    Outcome run(List<Phase> phases) {
        for (Phase phase : phases) {
            for (int i = 0; i < phase.steps(); i++) {
                step(phase);
            }
        }
        return new Outcome(tokens, ms, plainMs, speculativeSteps);
    }

    private void step(Phase phase) {
        running.removeIf(request -> request.left <= 0);
        while (running.size() > phase.sequences()) {
            running.remove(running.size() - 1);
        }
        while (running.size() < phase.sequences()) {
            double ease = 0.15 * new Random(seed + requests++).nextGaussian();
            running.add(new Running(planner.newRequest(), ease, 30 + random.nextInt(200)));
        }
        long kvTokens = running.stream().mapToLong(request -> request.context).sum();
        int prefill = random.nextInt(20) == 0 ? 64 : 0;
        int sequences = running.size();
        DraftPlan plan =
                planner.plan(new StepLoad(sequences, sequences, prefill, kvTokens, 10_000));
        int verified = plan.isPlain() ? 0 : speculate(plan, phase);
        int drafted = plan.sequences();
        for (int i = drafted; i < sequences; i++) {
            advance(running.get(i), 1);
        }
        double draftMs =
                plan.isPlain()
                        ? 0
                        : machine.draftCallMs() * method.shape().calls(plan.depth())
                                + machine.draftTokenMs()
                                        * method.shape().tokens(plan.depth(), drafted);
        double verifyMs = machine.stepMs(sequences + prefill + verified, kvTokens);
        double slow = random.nextInt(100) == 0 ? 3 : 1;
        StepTimes times = new StepTimes(draftMs * noise(), verifyMs * noise() * slow);
        planner.finished(times);
        double ahead = aheadInStep;
        aheadInStep = 0;
        tokens += sequences + ahead;
        ms += draftMs + verifyMs;
        double prefillMs =
                machine.stepMs(sequences + prefill, kvTokens) - machine.stepMs(sequences, kvTokens);
        plainMs +=
                prefillMs + machine.stepMs(sequences, kvTokens) * (sequences + ahead) / sequences;
        speculativeSteps += plan.isPlain() ? 0 : 1;
    }

    private int speculate(DraftPlan plan, Phase phase) {
        List<RequestHistory> requests = new ArrayList<>();
        List<TokenTree> drafts = new ArrayList<>();
        List<double[]> truths = new ArrayList<>();
        for (int i = 0; i < plan.sequences(); i++) {
            Running request = running.get(i);
            double acceptance = Math.max(0.02, Math.min(0.97, phase.acceptance() + request.ease));
            requests.add(request.history);
            draft(plan, acceptance, drafts, truths);
        }
        List<TokenTree> chosen = planner.choose(requests, drafts);
        int verified = plan.sequences() * method.extraTokens;
        for (int i = 0; i < chosen.size(); i++) {
            int[] emitted = verify(drafts.get(i), truths.get(i), chosen.get(i));
            planner.emitted(requests.get(i), drafts.get(i), emitted);
            verified += chosen.get(i).size();
            aheadInStep += expected(drafts.get(i), truths.get(i), chosen.get(i));
            advance(running.get(i), emitted.length);
        }
        return verified;
    }

    /**
     * Accepted tokens to be expected: what is counted, so that the bars do not need to be loose.
     */
    private static double expected(TokenTree draft, double[] truth, TokenTree chosen) {
        int[] inDraft = new int[chosen.size() + 1];
        double[] reached = new double[chosen.size() + 1];
        reached[0] = 1;
        double expected = 0;
        for (int node = 1; node <= chosen.size(); node++) {
            int parent = chosen.parent(node);
            inDraft[node] = draft.childWithToken(inDraft[parent], chosen.token(node));
            reached[node] = reached[parent] * truth[inDraft[node]];
            expected += reached[node];
        }
        return expected;
    }

    private static void advance(Running request, int count) {
        request.context += count;
        request.left -= count;
    }

    /** The truth of a node is how probable the target finds it after its parent. */
    private void draft(
            DraftPlan plan, double acceptance, List<TokenTree> drafts, List<double[]> truths) {
        int width = method.width;
        int levels = random.nextDouble() < method.frequency ? plan.depth() : 0;
        TokenTreeBuilder builder = TokenTree.builder(plan.nodes());
        double[] truth = new double[1 + plan.depth() * width];
        int parent = 0;
        for (int depth = 1; depth <= levels; depth++) {
            double rest = 1;
            int next = parent;
            for (int rank = 0; rank < width; rank++) {
                double best = acceptance + 0.2 * random.nextGaussian();
                double share = rank == 0 ? Math.max(0.02, Math.min(0.98, best)) : 0.4;
                double probability = rest * share;
                rest -= probability;
                // Overconfident, the more the deeper, and not always right about itself.
                double claimed =
                        Math.pow(probability, 0.7 / (1 + 0.1 * depth))
                                * Math.exp(0.2 * random.nextGaussian());
                float logProbability = (float) Math.log(Math.min(0.999, claimed));
                int node = builder.add(parent, rank, logProbability);
                truth[node] = probability;
                next = rank == 0 ? node : next;
            }
            parent = next;
        }
        drafts.add(builder.build());
        truths.add(truth);
    }

    /** What the target would say; tokens that no draft has are 99. */
    private int[] verify(TokenTree draft, double[] truth, TokenTree chosen) {
        int node = 0;
        int inChosen = 0;
        List<Integer> emitted = new ArrayList<>();
        while (true) {
            double draw = random.nextDouble();
            int token = 99;
            int next = -1;
            for (int i = 0; i < draft.childCount(node) && token == 99; i++) {
                int child = draft.child(node, i);
                draw -= truth[child];
                if (draw < 0) {
                    token = draft.token(child);
                    next = child;
                }
            }
            emitted.add(token);
            inChosen = next < 0 ? -1 : chosen.childWithToken(inChosen, token);
            if (inChosen < 0) {
                return emitted.stream().mapToInt(Integer::intValue).toArray();
            }
            node = next;
        }
    }

    private double noise() {
        return Math.max(0.8, 1 + 0.05 * random.nextGaussian());
    }
}
