package io.millrace.core.simulate;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.MicroBatch;
import io.millrace.core.bucket.RequestQueue;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.memory.Admissions;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.Work;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One subtask of the job without its model: the job's request queue in front of the engine's
 * scheduler, block pool and admission, and a model of time in the place of the device.
 */
final class SimulatedEngine {

    private static final int BLOCK_TOKENS = 16;
    private static final int MAX_LENGTH = 1 << 20;

    private final SimulationSettings settings;
    private final Observer observer;
    private final AnswerLengths lengths;
    private final BlockPool pool;
    private final RequestQueue queue;
    private final StepScheduler scheduler;
    private final PrefixStore prefixes;
    private final int mostHeld;
    private final Map<String, Life> lives = new HashMap<>();
    private long predictedTokens;
    private boolean roomMayHaveGrown;
    private @Nullable StepPlan plan;

    SimulatedEngine(SimulationSettings settings, Observer observer, AnswerLengths lengths) {
        this.settings = settings;
        this.observer = observer;
        this.lengths = lengths;
        EngineModel engine = settings.engine();
        this.pool = new BlockPool(engine.kvTokens() / BLOCK_TOKENS, BLOCK_TOKENS);
        BucketSettings buckets =
                BucketSettings.of(MAX_LENGTH, pool.tokens())
                        .withMaxOvertakes(settings.maxOvertakes());
        this.queue = RequestQueues.of(settings.policy(), SimulationSettings.BUCKET_ORDER, buckets);
        this.prefixes = new PrefixStore(settings.prefixTokens(), key -> life(key).request());
        WaitingPolicy policy = WaitingPolicies.named(settings.policy());
        int queueAhead = Math.max(1, engine.maxSequences() / 8);
        this.mostHeld = engine.maxSequences() + Math.max(queueAhead, policy.horizon());
        this.scheduler =
                new StepScheduler(
                        new SchedulingSettings(
                                engine.maxSequences(),
                                engine.tokenBudget(),
                                1,
                                queueAhead,
                                settings.maxOvertakes()),
                        pool,
                        policy,
                        Admissions.named(settings.admission(), SimulationSettings.RESERVE),
                        new StepScheduler.Extensions(foresight(policy), prefixes));
    }

    // As the engine has it.
    private Foresight foresight(WaitingPolicy policy) {
        return policy.repredicts() || settings.admission().equals(Admissions.PAST_FUTURE_TAILS)
                ? new Prediction()
                : Foresight.NONE;
    }

    /** Takes a request; false if it can never fit. */
    boolean add(QueuedRequest request, Life life) {
        if (!queue.fits(request)) {
            return false;
        }
        roomMayHaveGrown = true;
        lives.put(request.key(), life);
        queue.add(request);
        predictedTokens += request.predicted().median();
        observer.service().waits(life.account());
        return true;
    }

    boolean isStepping() {
        return plan != null;
    }

    /** Begins a step and returns when it ends; negative if there is nothing to do. */
    double begin(double nowMs) {
        refill(nowMs);
        if (scheduler.isEmpty()) {
            return -1;
        }
        StepPlan next = scheduler.schedule((long) nowMs);
        long prefill = 0;
        long decode = 0;
        long context = 0;
        for (Work work : next.work()) {
            Life life = life(work.sequence().key());
            if (life.starts(nowMs)) {
                observer.started(life, work.from());
            }
            boolean decodes = work.count() == 1 && work.from() >= work.sequence().promptLength();
            prefill += decodes ? 0 : work.count();
            decode += decodes ? 1 : 0;
            context += decodes ? work.end() : 0;
        }
        plan = next;
        double occupancy = (double) pool.used() / pool.size();
        observer.step(nowMs, next.work().size(), !next.preempted().isEmpty(), occupancy);
        return nowMs + settings.engine().time().of(prefill, decode, context);
    }

    /** Ends the step that was begun. */
    void end(double nowMs) {
        StepPlan done = plan;
        plan = null;
        if (done == null) {
            return;
        }
        for (Work work : done.work()) {
            boolean samples = work.samples();
            scheduler.advance(work, 0);
            if (samples) {
                grow(work.sequence(), nowMs);
            }
        }
    }

    long preemptions() {
        return scheduler.preemptions();
    }

    long pauses() {
        return scheduler.pauses();
    }

    long predictedRemaining() {
        return predictedTokens;
    }

    int requests() {
        return lives.size();
    }

    int running() {
        return scheduler.running().size();
    }

    long usedTokens() {
        return (long) pool.used() * BLOCK_TOKENS;
    }

    long kvTokens() {
        return pool.tokens();
    }

    long headDemand() {
        return scheduler.waiting().stream().limit(1).mapToLong(Sequence::length).sum();
    }

    int cachedTokens(TraceRequest request) {
        return prefixes.cachedTokens(request);
    }

    private void grow(Sequence sequence, double nowMs) {
        Life life = life(sequence.key());
        sequence.append(0);
        observer.service().generated(life.account(), 1, life.weight());
        if (life.grows(nowMs)) {
            scheduler.finish(sequence);
            queue.ended(sequence.key(), life.request().outputTokens());
            lengths.observe(life.request());
            lives.remove(sequence.key());
            roomMayHaveGrown = true;
            predictedTokens = lives.isEmpty() ? 0 : predictedTokens - sequence.predicted().median();
            observer.ended(life, nowMs);
        }
    }

    // As the job does: when something arrives or ends, the best of everything that waits.
    private void refill(double nowMs) {
        boolean ask = roomMayHaveGrown || scheduler.isEmpty();
        roomMayHaveGrown = false;
        while (ask
                && queue.size() > 0
                && scheduler.running().size() + scheduler.waitingCount() < mostHeld) {
            EngineRoom room = scheduler.room();
            MicroBatch batch = queue.poll(room, (long) nowMs);
            if (batch.isEmpty() && scheduler.isEmpty()) {
                batch = queue.poll(new EngineRoom(1, Long.MAX_VALUE), (long) nowMs);
            }
            if (batch.isEmpty()) {
                return;
            }
            long tokens = 0;
            for (QueuedRequest request : batch.requests()) {
                tokens += request.promptTokens().length;
                scheduler.add(sequence(request));
            }
            observer.handedOver(batch.requests().size(), tokens, batch.paddingWaste());
        }
    }

    private Sequence sequence(QueuedRequest request) {
        return new Sequence(
                request.key(),
                request.promptTokens(),
                new int[0],
                request.maxTokens(),
                request.predicted(),
                request.request().service(),
                request.request().arrivalMs());
    }

    private Life life(String key) {
        Life life = lives.get(key);
        if (life == null) {
            throw new IllegalStateException(key + " is not on this engine");
        }
        return life;
    }

    private final class Prediction implements Foresight {
        private static final int ELIS_TOKENS = 50;

        @Override
        public int everyTokens() {
            return ELIS_TOKENS;
        }

        @Override
        public LengthEstimate estimate(Sequence sequence) {
            Life life = life(sequence.key());
            LengthEstimate estimate =
                    lengths.predict(life.request(), life.maxTokens(), sequence.generatedLength());
            predictedTokens += estimate.median() - sequence.predicted().median();
            return estimate;
        }

        @Override
        public void ended(Sequence sequence) {
            // The simulation tells the predictor itself.
        }
    }
}
