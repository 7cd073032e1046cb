package io.millrace.core.schedule.policy;

import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.ConservativeAdmission;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.WaitingQueue;
import io.millrace.core.schedule.Work;
import java.util.ArrayList;
import java.util.List;

/** Drives policies without an engine. */
final class Waiting {

    private Waiting() {}

    /** One that waits, as far as policies look at it. */
    record Job(
            String name, int promptLength, int expectedRemaining, Service service, long arrivalMs)
            implements Candidate {
        Job(String name, int prompt, int answer) {
            this(name, prompt, answer, Service.DEFAULT, 0);
        }

        @Override
        public int generatedLength() {
            return 0;
        }

        @Override
        public int predictedRemaining() {
            return expectedRemaining;
        }

        @Override
        public int maxRemaining() {
            return expectedRemaining;
        }
    }

    static Service tenant(String name) {
        return new Service(name, 0, Service.NO_DEADLINE, null, null);
    }

    static Service due(long deadlineMs) {
        return new Service("tenant", 0, deadlineMs, null, null);
    }

    /** The order in which jobs start if each starts as soon as it is named. */
    static List<String> order(WaitingPolicy policy, Situation situation, Job... jobs) {
        WaitingQueue<Job> queue = new WaitingQueue<>(policy, 1_000);
        for (Job job : jobs) {
            queue.enter(job);
        }
        List<String> order = new ArrayList<>();
        Job next = queue.first(situation);
        while (next != null) {
            order.add(next.name());
            queue.start(next, 0);
            next = queue.first(situation);
        }
        return order;
    }

    static Sequence sequence(String key, int prompt, int answer, String tenant, long arrivalMs) {
        return sequence(key, prompt, answer, tenant(tenant), arrivalMs);
    }

    static Sequence sequence(String key, int prompt, int answer, Service service, long arrivalMs) {
        return new Sequence(
                key,
                new int[prompt],
                new int[0],
                answer,
                LengthEstimate.atMost(answer),
                service,
                arrivalMs);
    }

    static StepScheduler scheduler(WaitingPolicy policy, int maxSequences) {
        return new StepScheduler(
                new SchedulingSettings(maxSequences, 4_096, 1, 1, 1_000_000),
                new BlockPool(1_000, 16),
                policy,
                new ConservativeAdmission());
    }

    /** One step; every answer has the length that is allowed. Returns the keys that ended. */
    static List<String> step(StepScheduler scheduler, long nowMs) {
        StepPlan plan = scheduler.schedule(nowMs);
        List<String> ended = new ArrayList<>();
        for (Work work : plan.work()) {
            boolean samples = work.samples();
            scheduler.advance(work, 0);
            if (samples) {
                work.sequence().append(1);
                if (work.sequence().maxRemaining() == 0) {
                    scheduler.finish(work.sequence());
                    ended.add(work.sequence().key());
                }
            }
        }
        return ended;
    }
}
