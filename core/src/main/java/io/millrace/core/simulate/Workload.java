package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * The requests of a simulation: lengths in the order of a trace, again from its beginning as often
 * as needed, at times and from tenants as chosen. Equal workloads give equal requests.
 *
 * @param trace at least one request
 * @param requests how many in all
 * @param requestsPerSecond mean rate at which they come
 * @param tenants how many share them; tenant {@code i} has a share in proportion to {@code 1/i}
 */
public record Workload(
        List<TraceRequest> trace,
        int requests,
        Arrivals arrivals,
        double requestsPerSecond,
        int tenants,
        long seed) {

    public Workload {
        trace = List.copyOf(trace);
        check(!trace.isEmpty(), "trace", "[]", "at least one request");
        check(requests >= 1, "requests", requests, "at least 1");
        check(
                requestsPerSecond > 0 && Double.isFinite(requestsPerSecond),
                "requestsPerSecond",
                requestsPerSecond,
                "above 0");
        check(tenants >= 1, "tenants", tenants, "at least 1");
        check(
                arrivals != Arrivals.TRACE || trace.get(trace.size() - 1).arrivalMs() > 0,
                "arrivals",
                "trace",
                "poisson, gamma, bursts or once, since the trace has no times");
    }

    /** Mean prompt of the trace, tokens. */
    public static double meanPrompt(List<TraceRequest> trace) {
        return trace.stream().mapToInt(TraceRequest::promptTokens).average().orElse(1);
    }

    /** Mean answer of the trace, tokens. */
    public static double meanOutput(List<TraceRequest> trace) {
        return trace.stream().mapToInt(TraceRequest::outputTokens).average().orElse(1);
    }

    /** The requests in the order in which they come. */
    public Iterator<TraceRequest> iterator() {
        return new Requests();
    }

    private final class Requests implements Iterator<TraceRequest> {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final double meanGapMs = 1000 / requestsPerSecond;
        private final double ownMeanGapMs = trace.get(trace.size() - 1).arrivalMs() / trace.size();
        private int next;
        private double nowMs;

        @Override
        public boolean hasNext() {
            return next < requests;
        }

        @Override
        public TraceRequest next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int index = next % trace.size();
            TraceRequest request = trace.get(index);
            double before = index == 0 ? 0 : trace.get(index - 1).arrivalMs();
            double own = ownMeanGapMs == 0 ? 1 : (request.arrivalMs() - before) / ownMeanGapMs;
            nowMs += meanGapMs * arrivals.gap(next, own, random);
            next++;
            return request.at(nowMs, tenant());
        }

        private String tenant() {
            if (tenants == 1) {
                return TraceRequest.NO_TENANT;
            }
            double total = 0;
            for (int i = 1; i <= tenants; i++) {
                total += 1.0 / i;
            }
            double drawn = random.nextDouble() * total;
            int tenant = 1;
            while (tenant < tenants && drawn > 1.0 / tenant) {
                drawn -= 1.0 / tenant;
                tenant++;
            }
            return "tenant-" + tenant;
        }
    }
}
