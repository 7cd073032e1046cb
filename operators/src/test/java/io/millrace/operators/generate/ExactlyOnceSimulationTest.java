package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.request;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.testing.FakeAnswer;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Random arrivals, engine steps, cancellations, checkpoints, and crashes with a restart on another
 * number of subtasks. What counts is what a transactional sink would have committed: results since
 * the last checkpoint are thrown away with a crash, and input is read again from there.
 */
class ExactlyOnceSimulationTest {

    private static final FakeSettings ENGINE = new FakeSettings(3, 600, 256, 30);
    private static final int REQUESTS = 50;

    @Property(tries = 20)
    void everyRequestHasExactlyOneResultWhateverFails(@ForAll long seed) throws Exception {
        new Simulation(seed).run();
    }

    private static final class Simulation {

        private final Random random;
        private final String name;
        private final FakeProbe probe;
        private final BatchSettings settings;
        private final List<QueuedRequest> input = new ArrayList<>();
        private final Set<String> everCanceled = new HashSet<>();
        private final List<Completion> committed = new ArrayList<>();
        private ChainGroup group;
        private ChainGroup.@Nullable Checkpoint checkpoint;
        private int position;
        private int checkpointPosition;

        Simulation(long seed) throws Exception {
            random = new Random(seed);
            name = "simulation " + seed + " " + System.nanoTime();
            probe = FakeProbe.named(name);
            List<String> policies = WaitingPolicies.names();
            settings =
                    BatchSettings.of(name)
                            .withPolicy(policies.get(random.nextInt(policies.size())));
            for (int i = 0; i < REQUESTS; i++) {
                int[] prompt = random.ints(1 + random.nextInt(100), 0, 1_000).toArray();
                input.add(request("key-" + i, random.nextInt(128), 1 + random.nextInt(60), prompt));
            }
            group = open();
        }

        void run() throws Exception {
            for (int i = 0; i < 400; i++) {
                act(random.nextInt(100));
            }
            while (position < input.size() || isBusy()) {
                act(random.nextInt(75));
            }
            commit(() -> {});
            check();
            group.close();
        }

        private void act(int dice) throws Exception {
            if (dice < 25) {
                if (position < input.size()) {
                    group.process(input.get(position++));
                }
            } else if (dice < 60) {
                live().get(random.nextInt(group.size())).step();
            } else if (dice < 72) {
                group.runMails();
            } else if (dice < 75) {
                commit(() -> live().get(random.nextInt(group.size())).step());
            } else if (dice < 79) {
                String id = "key-" + random.nextInt(REQUESTS);
                everCanceled.add(id);
                group.cancel(id);
            } else if (dice < 81) {
                crash();
            }
        }

        private void commit(Runnable meanwhile) throws Exception {
            checkpoint = group.checkpoint(meanwhile);
            checkpointPosition = position;
            committed.addAll(group.takeResults());
        }

        private void crash() throws Exception {
            group.close();
            position = checkpointPosition;
            group = open();
        }

        private ChainGroup open() throws Exception {
            return ChainGroup.open(
                    settings,
                    FakeEngine.steppedByHand(ENGINE, name),
                    checkpoint,
                    1 + random.nextInt(4),
                    null);
        }

        private List<FakeEngine> live() {
            return probe.engines().stream().filter(engine -> !engine.isClosed()).toList();
        }

        private boolean isBusy() {
            group.runMails();
            return live().stream().anyMatch(engine -> !engine.heldKeys().isEmpty());
        }

        private void check() {
            assertThat(committed)
                    .extracting(Completion::key)
                    .containsExactlyInAnyOrderElementsOf(
                            input.stream().map(QueuedRequest::key).toList());
            Map<String, QueuedRequest> byKey = new HashMap<>();
            input.forEach(request -> byKey.put(request.key(), request));
            for (Completion result : committed) {
                if (result.outcome() instanceof Succeeded succeeded) {
                    assertThat(succeeded.answer().text())
                            .isEqualTo(
                                    FakeAnswer.text(
                                            requireNonNull(byKey.get(result.key())), ENGINE));
                } else {
                    assertThat(result.status()).isEqualTo(Status.CANCELED);
                    assertThat(everCanceled).contains(result.id());
                }
            }
            assertThat(group.keyedEntries()).isZero();
        }
    }
}
