package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.memory.Admission;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * An engine without a model: random arrivals, lengths, predictions and cancels drive a scheduler,
 * and what must always hold is checked in every step.
 */
final class SchedulerSimulation {

    /** How an answer's prediction relates to its length. */
    enum Predictions {
        EXACT,
        WRONG
    }

    private static final int SEQUENCES = 60;
    private static final int MAX_STEPS = 50_000;

    private final long seed;
    private final String policy;
    private final Random random;
    private final Predictions predictions;
    private final BlockPool pool;
    private final SchedulingSettings settings;
    private final StepScheduler scheduler;
    private final Map<String, Life> lives = new HashMap<>();
    private int created;
    private int ended;
    private int step;

    /** What is true of a sequence, whatever the scheduler believes. */
    private record Life(Sequence sequence, int answerLength, List<Integer> answer) {}

    SchedulerSimulation(long seed, String policy, Admission admission, Predictions predictions) {
        this.seed = seed;
        this.random = new Random(seed);
        this.predictions = predictions;
        this.pool = new BlockPool(16 + random.nextInt(100), 1 + random.nextInt(16));
        int maxSequences = 1 + random.nextInt(16);
        this.settings =
                new SchedulingSettings(
                        maxSequences,
                        maxSequences + random.nextInt(100),
                        1 + random.nextInt(3) * 8,
                        random.nextInt(4),
                        random.nextInt(30));
        this.policy = policy;
        this.scheduler =
                new StepScheduler(settings, pool, WaitingPolicies.named(policy), admission);
    }

    /** Runs until every sequence has ended. */
    SchedulerSimulation run() {
        while (ended < SEQUENCES) {
            assertThat(step++).as("%s: steps until all have ended", this).isLessThan(MAX_STEPS);
            arrive();
            cancel();
            StepPlan plan = scheduler.schedule(step);
            check(plan);
            carryOut(plan);
        }
        assertThat(pool.used()).as("%s", this).isZero();
        assertThat(scheduler.waiting()).as("%s", this).isEmpty();
        return this;
    }

    long preemptions() {
        return scheduler.preemptions();
    }

    private void arrive() {
        while (created < SEQUENCES && random.nextInt(3) == 0) {
            int prompt = 1 + random.nextInt(Math.max(1, pool.tokens() / 2));
            int maxTokens = 1 + random.nextInt(Math.max(1, pool.tokens() - prompt));
            int answer = 1 + random.nextInt(maxTokens);
            int resumed = random.nextInt(4) == 0 ? random.nextInt(answer) : 0;
            Service service =
                    new Service(
                            "tenant-" + random.nextInt(3),
                            random.nextInt(3),
                            random.nextBoolean() ? Service.NO_DEADLINE : random.nextInt(100),
                            null,
                            null);
            Sequence sequence =
                    new Sequence(
                            "key-" + created++,
                            random.ints(prompt).toArray(),
                            new int[resumed],
                            maxTokens,
                            predict(answer),
                            service,
                            step);
            List<Integer> tokens = new ArrayList<>();
            for (int i = 0; i < resumed; i++) {
                tokens.add(0);
            }
            lives.put(sequence.key(), new Life(sequence, answer, tokens));
            scheduler.add(sequence);
        }
    }

    private LengthEstimate predict(int answer) {
        if (predictions == Predictions.EXACT) {
            return LengthEstimate.atMost(answer);
        }
        int median = random.nextInt(2 * answer);
        return new LengthEstimate(median, median + random.nextInt(answer));
    }

    private void cancel() {
        if (random.nextInt(40) == 0 && created > 0) {
            String key = "key-" + random.nextInt(created);
            assertThat(scheduler.remove(key)).as("%s", this).isEqualTo(lives.containsKey(key));
            ended += lives.remove(key) != null ? 1 : 0;
        }
    }

    private void carryOut(StepPlan plan) {
        for (Work work : plan.work()) {
            boolean samples = work.samples();
            scheduler.advance(work, 0);
            if (!samples) {
                continue;
            }
            Sequence sequence = work.sequence();
            Life life = Objects.requireNonNull(lives.get(sequence.key()), sequence.key());
            int token = random.nextInt();
            sequence.append(token);
            life.answer().add(token);
            if (life.answer().size() == life.answerLength()) {
                scheduler.finish(sequence);
                lives.remove(sequence.key());
                ended++;
            }
        }
    }

    private void check(StepPlan plan) {
        assertThat(scheduler.running().size() + scheduler.waiting().size())
                .as("%s: sequences held", this)
                .isEqualTo(lives.size());
        assertThat(plan.isEmpty()).as("%s: idle", this).isEqualTo(lives.isEmpty());
        assertThat(plan.tokens())
                .as("%s: budget", this)
                .isLessThanOrEqualTo(settings.tokenBudget());
        assertThat(scheduler.running().size())
                .as("%s: running", this)
                .isLessThanOrEqualTo(settings.maxSequences());
        checkBlocks();
        checkWork(plan);
        for (Sequence sequence : plan.preempted()) {
            assertThat(sequence.computed()).as("%s: %s", this, sequence).isZero();
            assertThat(scheduler.waiting()).as("%s", this).contains(sequence);
        }
        for (Life life : lives.values()) {
            assertThat(life.sequence().generatedTokens())
                    .as("%s: %s", this, life.sequence())
                    .isEqualTo(life.answer().stream().mapToInt(i -> i).toArray());
        }
        assertThat(scheduler.room().tokens())
                .as("%s: room", this)
                .isBetween(0L, (long) pool.tokens());
    }

    private void checkBlocks() {
        Set<Integer> owned = new HashSet<>();
        int blocks = 0;
        for (Sequence sequence : scheduler.running()) {
            blocks += sequence.blocks().blockCount();
            for (int i = 0; i < sequence.blocks().blockCount(); i++) {
                int block = sequence.blocks().block(i);
                assertThat(owned.add(block)).as("%s: block %d has one owner", this, block).isTrue();
                assertThat(pool.references(block)).as("%s: block %d", this, block).isEqualTo(1);
            }
            assertThat(sequence.blocks().missing(sequence.length()))
                    .as("%s: blocks that %s lacks", this, sequence)
                    .isZero();
        }
        for (Sequence sequence : scheduler.waiting()) {
            // Paused ones keep their blocks until somebody needs them.
            assertThat(sequence.computed() == 0 || sequence.blocks().blockCount() > 0)
                    .as("%s: %s", this, sequence)
                    .isTrue();
            for (int i = 0; i < sequence.blocks().blockCount(); i++) {
                assertThat(owned.add(sequence.blocks().block(i))).as("%s", this).isTrue();
            }
            blocks += sequence.blocks().blockCount();
        }
        assertThat(pool.used()).as("%s: blocks used", this).isEqualTo(blocks);
    }

    private void checkWork(StepPlan plan) {
        Map<Sequence, Work> planned = new HashMap<>();
        boolean chunks = false;
        for (Work work : plan.work()) {
            Sequence sequence = work.sequence();
            assertThat(planned.put(sequence, work)).as("%s: planned twice", this).isNull();
            assertThat(work.from()).as("%s: %s", this, work).isEqualTo(sequence.computed());
            assertThat(work.end()).as("%s: %s", this, work).isLessThanOrEqualTo(sequence.length());
            assertThat(chunks && sequence.decodes()).as("%s: answers first", this).isFalse();
            chunks |= !sequence.decodes();
        }
        for (Sequence sequence : scheduler.running()) {
            if (sequence.decodes()) {
                assertThat(planned).as("%s: every answer grows", this).containsKey(sequence);
            } else {
                assertThat(chunks).as("%s: prompts go on", this).isTrue();
            }
        }
        assertThat(scheduler.running()).as("%s", this).containsAll(planned.keySet());
    }

    @Override
    public String toString() {
        return "%s, seed %d, step %d".formatted(policy, seed, step);
    }
}
