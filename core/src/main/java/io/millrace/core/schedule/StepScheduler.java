package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.memory.Admission;
import io.millrace.core.memory.BlockPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of every step of an engine: iteration-level scheduling (Orca) with chunked
 * prefill under a token budget (Sarathi-Serve). Every running answer grows by one token in every
 * step; what is left of the budget prefills prompts in the order in which they started.
 *
 * <p>One thread only. Per step: {@link #schedule()}, compute the plan, {@link #advance} for each
 * work, {@link Sequence#append} for each that samples, {@link #finish} for each that is done.
 */
public final class StepScheduler {

    // Who loses its blocks first: the least urgent, of those the latest arrival.
    private static final Comparator<Sequence> PREEMPTION =
            Comparator.<Sequence>comparingInt(sequence -> sequence.service().priority())
                    .thenComparing(Comparator.comparingLong(Sequence::arrivalMs).reversed())
                    .thenComparing(Comparator.comparingLong(Sequence::ticket).reversed());

    private final SchedulingSettings settings;
    private final BlockPool pool;
    private final Forecast forecast;
    private final WaitingQueue waiting;
    private final List<Sequence> running = new ArrayList<>();
    private final Map<String, Sequence> held = new HashMap<>();
    private long preemptions;

    public StepScheduler(
            SchedulingSettings settings,
            BlockPool pool,
            WaitingPolicy policy,
            Admission admission) {
        this.settings = settings;
        this.pool = pool;
        this.forecast = new Forecast(settings, pool, admission);
        this.waiting = new WaitingQueue(policy, settings.maxOvertakes());
    }

    /** Whether the whole pool is large enough for one such sequence. */
    public boolean fits(int promptLength, int maxTokens) {
        return (long) promptLength + maxTokens <= pool.tokens();
    }

    /**
     * Takes a sequence over; it waits until a step admits it.
     *
     * @throws IllegalArgumentException if it cannot fit the pool even alone, or its key is held
     */
    public void add(Sequence sequence) {
        check(
                fits(sequence.promptLength(), sequence.maxTokens()),
                "prompt and max_tokens",
                (long) sequence.promptLength() + sequence.maxTokens(),
                "at most " + pool.tokens() + " tokens, which is the whole KV cache");
        check(!held.containsKey(sequence.key()), "key", sequence.key(), "one that is not held");
        held.put(sequence.key(), sequence);
        sequence.attach(pool.newTable());
        waiting.enter(sequence);
    }

    /**
     * Forgets a sequence and frees its blocks.
     *
     * @return false if it was not held
     */
    public boolean remove(String key) {
        Sequence sequence = held.remove(key);
        if (sequence == null) {
            return false;
        }
        if (!waiting.remove(sequence)) {
            running.remove(sequence);
        }
        sequence.blocks().release();
        return true;
    }

    /** Forgets a sequence that has all its tokens and frees its blocks. */
    public void finish(Sequence sequence) {
        check(remove(sequence.key()), "sequence", sequence, "one that is held");
    }

    /** Plans the next step and allocates blocks for it. Empty only if nothing is held. */
    public StepPlan schedule() {
        List<Sequence> preempted = preemptUntilAnswersCanGrow();
        List<Work> work = new ArrayList<>();
        int budget = settings.tokenBudget();
        for (Sequence sequence : running) {
            if (sequence.decodes()) {
                allocate(sequence);
                work.add(new Work(sequence, sequence.computed(), 1));
                budget--;
            }
        }
        for (Sequence sequence : running) {
            if (budget > 0 && !sequence.decodes()) {
                budget -= prefill(sequence, budget, work);
            }
        }
        // What was just preempted must not come back before the others have grown.
        while (preempted.isEmpty() && budget > 0) {
            Sequence next = admit();
            if (next == null) {
                break;
            }
            budget -= prefill(next, budget, work);
        }
        return new StepPlan(work, preempted);
    }

    /** Whether no sequence is held. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    /**
     * Notes that a work's tokens are in the cache, and so many that were drafted behind them and
     * are to be appended now.
     */
    public void advance(Work work, int accepted) {
        work.sequence().computedUpTo(work.end() + accepted);
    }

    /** Sequences that have blocks, in the order in which they started. */
    public Collection<Sequence> running() {
        return Collections.unmodifiableList(running);
    }

    /** Sequences that wait, the next one first. */
    public Collection<Sequence> waiting() {
        return waiting.inOrder();
    }

    /** How often a sequence lost its blocks. */
    public long preemptions() {
        return preemptions;
    }

    /** What may be added without waiting for long, see {@link EngineRoom}. */
    public EngineRoom room() {
        List<Sequence> all = new ArrayList<>(running);
        all.addAll(waiting.inOrder());
        int sequences = settings.maxSequences() + settings.queueAhead() - all.size();
        return new EngineRoom(Math.max(0, sequences), forecast.unpromisedTokens(all));
    }

    private List<Sequence> preemptUntilAnswersCanGrow() {
        List<Sequence> preempted = new ArrayList<>();
        while (missingBlocks() > pool.free()) {
            Sequence victim = Collections.min(running, PREEMPTION);
            running.remove(victim);
            victim.preempt();
            preemptions++;
            waiting.enter(victim);
            preempted.add(victim);
        }
        return preempted;
    }

    private int missingBlocks() {
        int missing = 0;
        for (Sequence sequence : running) {
            missing += sequence.blocks().missing(sequence.length());
        }
        return missing;
    }

    private @Nullable Sequence admit() {
        Sequence next = waiting.peek();
        if (next == null || running.size() >= settings.maxSequences()) {
            return null;
        }
        running.add(next);
        if (next.blocks().missing(next.length()) > pool.free() || !forecast.admits(running)) {
            running.remove(running.size() - 1);
            return null;
        }
        waiting.start(next);
        allocate(next);
        return next;
    }

    // INVARIANT: a running sequence has blocks for its tokens, all but the one sampled last.
    private static void allocate(Sequence sequence) {
        if (!sequence.blocks().ensure(sequence.length())) {
            throw new IllegalStateException("no KV blocks for " + sequence);
        }
    }

    private int prefill(Sequence sequence, int budget, List<Work> work) {
        int count = settings.chunk(sequence.length() - sequence.computed(), budget);
        work.add(new Work(sequence, sequence.computed(), count));
        return count;
    }
}
