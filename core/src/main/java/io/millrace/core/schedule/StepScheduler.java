package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.memory.Admission;
import io.millrace.core.memory.BlockPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of every step of an engine: iteration-level scheduling (Orca) with chunked
 * prefill under a token budget (Sarathi-Serve). Every running answer grows by one token in every
 * step; what is left of the budget prefills prompts in the order in which they started.
 *
 * <p>A policy may let a running sequence wait again. It keeps its blocks until somebody needs them,
 * so that most go on where they were (FastServe moves them to the host instead).
 *
 * <p>One thread only. Per step: {@link #schedule}, compute the plan, {@link #advance} for each
 * work, {@link Sequence#append} for each that samples, {@link #finish} for each that is done.
 */
public final class StepScheduler {

    private final SchedulingSettings settings;
    private final BlockPool pool;
    private final Forecast forecast;
    private final Extensions extensions;
    private final WaitingQueue<Sequence> waiting;
    private final int queueAhead;
    private final Residents residents;
    private final Map<String, Sequence> held = new HashMap<>();

    // INVARIANT: who was refused is refused again as long as nobody starts, stops or prefills and
    // nothing is predicted anew, since what runs only grows into what was planned for it.
    private @Nullable Sequence refused;

    /** A scheduler that predicts nothing anew and reuses no prefixes. */
    public StepScheduler(
            SchedulingSettings settings,
            BlockPool pool,
            WaitingPolicy policy,
            Admission admission) {
        this(settings, pool, policy, admission, Extensions.NONE);
    }

    public StepScheduler(
            SchedulingSettings settings,
            BlockPool pool,
            WaitingPolicy policy,
            Admission admission,
            Extensions extensions) {
        this.settings = settings;
        this.pool = pool;
        this.forecast = new Forecast(settings, pool, admission);
        this.extensions = extensions;
        this.residents = new Residents(pool);
        this.waiting = new WaitingQueue<>(policy, settings.maxOvertakes());
        this.queueAhead = Math.max(settings.queueAhead(), policy.horizon());
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
        tellOf(sequence);
        refused = null;
        waiting.remove(sequence);
        residents.remove(sequence);
        return true;
    }

    /** Forgets a sequence that has all its tokens and frees its blocks. */
    public void finish(Sequence sequence) {
        check(remove(sequence.key()), "sequence", sequence, "one that is held");
        extensions.foresight().ended(sequence);
    }

    /**
     * Plans the next step and allocates blocks for it. Empty only if nothing is held.
     *
     * @param nowMs epoch milliseconds
     */
    public StepPlan schedule(long nowMs) {
        Situation situation =
                new EngineSituation(
                        nowMs, settings, pool, residents, forecast, extensions.prefixes());
        List<Sequence> running = residents.running();
        running.forEach(this::tellOf);
        pause(situation);
        List<Sequence> preempted = residents.preemptUntilAnswersCanGrow();
        for (Sequence victim : preempted) {
            refused = null;
            waiting.interrupt(victim, nowMs);
        }
        List<Work> work = new ArrayList<>(running.size() + 4);
        int budget = settings.tokenBudget();
        for (Sequence sequence : running) {
            if (sequence.decodes()) {
                residents.allocate(sequence);
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
            Sequence next = admit(situation);
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

    /** Sequences that are in every step, in the order in which they started. */
    public Collection<Sequence> running() {
        return residents.running();
    }

    /** Sequences that wait: those first whose turn comes first at the latest. */
    public Collection<Sequence> waiting() {
        return waiting.waiting();
    }

    /** How many wait. */
    public int waitingCount() {
        return waiting.size();
    }

    /** How often a sequence lost its blocks. */
    public long preemptions() {
        return residents.evictions();
    }

    /** How often the policy let a running sequence wait again. */
    public long pauses() {
        return residents.pauses();
    }

    /** What may be added without waiting for long, see {@link EngineRoom}. */
    public EngineRoom room() {
        int sequences = Math.max(0, settings.maxSequences() + queueAhead - held.size());
        if (queueAhead > settings.queueAhead()) {
            // The policy chooses among what waits here, which needs no blocks.
            return new EngineRoom(sequences, pool.tokens());
        }
        List<Sequence> all = new ArrayList<>(residents.running());
        all.addAll(waiting.waiting());
        return new EngineRoom(sequences, forecast.unpromisedTokens(all));
    }

    private void tellOf(Sequence sequence) {
        int tokens = sequence.takeGenerated();
        if (tokens > 0) {
            waiting.generated(sequence, tokens);
        }
        Foresight foresight = extensions.foresight();
        if (sequence.isDue(foresight)) {
            refused = null;
            sequence.estimate(foresight.estimate(sequence));
        }
    }

    private void pause(Situation situation) {
        for (Sequence sequence : waiting.toPause(situation)) {
            refused = null;
            residents.pause(sequence);
            waiting.pause(sequence, situation.nowMs());
        }
    }

    private @Nullable Sequence admit(Situation situation) {
        Sequence next = waiting.first(situation);
        if (next == null || next == refused) {
            return null;
        }
        if (!situation.hasRoomFor(next)) {
            refused = next;
            return null;
        }
        int cached = extensions.prefixes().cachedTokens(next);
        extensions.prefixes().started(next);
        waiting.start(next, cached);
        next.reuse(cached);
        residents.start(next);
        return next;
    }

    private int prefill(Sequence sequence, int budget, List<Work> work) {
        int count = settings.chunk(sequence.length() - sequence.computed(), budget);
        // One that was paused may go on with its answer at once, and answers come first.
        int place = sequence.decodes() ? 0 : work.size();
        work.add(place, new Work(sequence, sequence.computed(), count));
        refused = sequence.decodes() ? refused : null;
        return count;
    }

    /** What a scheduler can use beside what it must have. */
    public record Extensions(Foresight foresight, PrefixReuse prefixes) {
        /** Nothing. */
        public static final Extensions NONE = new Extensions(Foresight.NONE, PrefixReuse.NONE);
    }
}
