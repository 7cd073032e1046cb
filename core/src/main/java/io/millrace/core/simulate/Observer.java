package io.millrace.core.simulate;

import io.millrace.core.schedule.policy.ServiceGap;
import java.util.Arrays;
import java.util.List;

/** Everything that a simulation counts, in constant memory. One thread only. */
final class Observer {

    private final SimulationSettings.Slo slo;
    private final Sketch completion = new Sketch();
    private final Sketch firstToken = new Sketch();
    private final Sketch queueing = new Sketch();
    private final Series kv = new Series();
    private final Series gaps = new Series();
    private final ServiceGap service = new ServiceGap();
    private long met;
    private long outputTokens;
    private long promptTokens;
    private long computedPromptTokens;
    private long paddedTokens;
    private long batchedTokens;
    private long steps;
    private long sequences;
    private long blockedSteps;
    private double largestGap;
    private double endMs;

    Observer(SimulationSettings.Slo slo) {
        this.slo = slo;
    }

    ServiceGap service() {
        return service;
    }

    void handedOver(int requests, long tokens, double paddingWaste) {
        if (requests > 0) {
            batchedTokens += tokens;
            paddedTokens += Math.round(tokens / (1 - paddingWaste)) - tokens;
        }
    }

    void started(Life life, int cachedTokens) {
        TraceRequest request = life.request();
        promptTokens += request.promptTokens();
        computedPromptTokens += request.promptTokens() - cachedTokens;
        service.waitsNoLonger(life.account());
        service.started(life.account(), request.promptTokens(), life.weight());
    }

    void step(double nowMs, int batch, boolean blocked, double occupancy) {
        steps++;
        sequences += batch;
        blockedSteps += blocked ? 1 : 0;
        kv.add(nowMs, occupancy);
        double gap = service.gap();
        gaps.add(nowMs, gap);
        largestGap = Math.max(largestGap, gap);
    }

    void ended(Life life, double nowMs) {
        TraceRequest request = life.request();
        double jct = nowMs - request.arrivalMs();
        completion.add(jct);
        firstToken.add(life.firstTokenAfterMs());
        queueing.add(life.queueMs());
        outputTokens += request.outputTokens();
        met += slo.isMet(life.firstTokenAfterMs(), jct, request.outputTokens()) ? 1 : 0;
        endMs = nowMs;
    }

    SimulationResult result(String policy, long refused, long preemptions, long pauses) {
        double seconds = endMs / 1000;
        long requests = completion.count();
        return new SimulationResult(
                policy,
                requests,
                refused,
                seconds,
                requests / seconds,
                met / seconds,
                requests == 0 ? 0 : (double) met / requests,
                outputTokens / seconds,
                completion.quantiles(),
                firstToken.quantiles(),
                queueing.quantiles(),
                steps,
                steps == 0 ? 0 : (double) sequences / steps,
                blockedSteps,
                preemptions,
                pauses,
                promptTokens == 0 ? 0 : 1 - (double) computedPromptTokens / promptTokens,
                batchedTokens == 0 ? 0 : (double) paddedTokens / (paddedTokens + batchedTokens),
                largestGap,
                kv.intervalMs(),
                list(kv),
                list(gaps));
    }

    private static List<Double> list(Series series) {
        return Arrays.stream(series.values()).boxed().toList();
    }
}
