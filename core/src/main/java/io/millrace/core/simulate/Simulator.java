package io.millrace.core.simulate;

import io.millrace.core.cluster.EngineLoad;
import io.millrace.core.cluster.Router;
import io.millrace.core.cluster.Routers;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Discrete-event simulation of the job: requests arrive, a router gives each to an engine, engines
 * make steps. Everything that decides is the job's own; only the device is replaced by {@link
 * StepTime}. Equal settings and workloads give equal results.
 *
 * <p>Memory is that of the requests which wait or run; nothing stays of those that have ended.
 */
public final class Simulator {

    private static final Prompt PROMPT = new Prompt.Text("simulated");

    private final SimulationSettings settings;
    private final Workload workload;
    private final Observer observer;
    private final AnswerLengths lengths;
    private final List<SimulatedEngine> engines = new ArrayList<>();
    private final Router router;
    private final PriorityQueue<StepEnd> stepEnds = new PriorityQueue<>();
    private final Map<Integer, int[]> prompts = new HashMap<>();
    private final WaitingPolicy policy;
    private final boolean deadlines;
    private final double deadlineAfterMs;
    private long created;
    private long refused;

    private record StepEnd(double timeMs, int engine) implements Comparable<StepEnd> {
        @Override
        public int compareTo(StepEnd other) {
            int order = Double.compare(timeMs, other.timeMs);
            return order != 0 ? order : Integer.compare(engine, other.engine);
        }
    }

    private Simulator(SimulationSettings settings, Workload workload) {
        this.settings = settings;
        this.workload = workload;
        this.observer = new Observer(settings.slo());
        this.lengths =
                new AnswerLengths(
                        AnswerLengths.Kind.named(settings.predictor()),
                        settings.error(),
                        settings.seed());
        this.router = Routers.named(settings.router());
        for (int i = 0; i < settings.engines(); i++) {
            engines.add(new SimulatedEngine(settings, observer, lengths));
        }
        // Deadlines would go before any other policy and hide it.
        this.policy = WaitingPolicies.named(settings.policy());
        this.deadlines = policy.ordersDeadlines();
        this.deadlineAfterMs =
                settings.slo().firstTokenMs()
                        + settings.slo().tokenMs() * Workload.meanOutput(workload.trace());
    }

    /** Runs a workload until everything has its result. */
    public static SimulationResult run(SimulationSettings settings, Workload workload) {
        return new Simulator(settings, workload).run();
    }

    private SimulationResult run() {
        Iterator<TraceRequest> arrivals = workload.iterator();
        TraceRequest next = arrivals.next();
        boolean more = true;
        while (more || !stepEnds.isEmpty()) {
            StepEnd end = stepEnds.peek();
            if (more && (end == null || next.arrivalMs() <= end.timeMs())) {
                arrive(next);
                more = arrivals.hasNext();
                next = more ? arrivals.next() : next;
            } else if (end != null) {
                stepEnds.remove();
                SimulatedEngine engine = engines.get(end.engine());
                engine.end(end.timeMs());
                begin(end.engine(), end.timeMs());
            }
        }
        long preemptions = engines.stream().mapToLong(SimulatedEngine::preemptions).sum();
        long pauses = engines.stream().mapToLong(SimulatedEngine::pauses).sum();
        return observer.result(settings.policy(), refused, preemptions, pauses);
    }

    private void begin(int engine, double nowMs) {
        double endMs = engines.get(engine).begin(nowMs);
        if (endMs >= 0) {
            stepEnds.add(new StepEnd(endMs, engine));
        }
    }

    private void arrive(TraceRequest request) {
        int limit = Math.max(settings.maxTokens(), request.outputTokens());
        QueuedRequest queued = queued(request, limit);
        int engine =
                engines.size() == 1
                        ? 0
                        : router.route(
                                queued, engines.stream().map(e -> new View(e, request)).toList());
        Life life =
                new Life(
                        request,
                        limit,
                        observer.service().account(request.tenant()),
                        policy.weight(queued.request().service()));
        if (!engines.get(engine).add(queued, life)) {
            refused++;
        } else if (!engines.get(engine).isStepping()) {
            begin(engine, request.arrivalMs());
        }
    }

    private QueuedRequest queued(TraceRequest request, int limit) {
        long arrivalMs = (long) request.arrivalMs();
        long deadlineMs = deadlines ? arrivalMs + (long) deadlineAfterMs : Service.NO_DEADLINE;
        String key = "r" + created++;
        InferenceRequest inference =
                new InferenceRequest(
                        key,
                        key,
                        "native",
                        null,
                        PROMPT,
                        limit,
                        Sampling.GREEDY,
                        StopRules.NONE,
                        InferenceRequest.NO_LOGPROBS,
                        new Service(request.tenant(), 0, deadlineMs, null, null),
                        null,
                        true,
                        arrivalMs);
        int[] prompt = prompts.computeIfAbsent(request.promptTokens(), int[]::new);
        return QueuedRequest.of(inference, prompt, limit)
                .withPredicted(lengths.predict(request, limit, 0));
    }

    /** An engine as the router sees it while it asks about this request. */
    private record View(SimulatedEngine engine, TraceRequest request) implements EngineLoad {
        @Override
        public long predictedRemaining() {
            return engine.predictedRemaining();
        }

        @Override
        public int requests() {
            return engine.requests();
        }

        @Override
        public int running() {
            return engine.running();
        }

        @Override
        public long usedTokens() {
            return engine.usedTokens();
        }

        @Override
        public long kvTokens() {
            return engine.kvTokens();
        }

        @Override
        public long headDemand() {
            return engine.headDemand();
        }

        @Override
        public int cachedTokens(QueuedRequest queued) {
            return engine.cachedTokens(request);
        }
    }
}
