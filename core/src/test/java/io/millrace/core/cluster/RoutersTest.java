package io.millrace.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RoutersTest {

    private record Load(
            long predictedRemaining,
            int requests,
            int running,
            long usedTokens,
            long headDemand,
            int cached)
            implements EngineLoad {
        @Override
        public long kvTokens() {
            return 1_000;
        }

        @Override
        public int cachedTokens(QueuedRequest request) {
            return cached;
        }
    }

    private static Load load(long remaining, int requests) {
        return new Load(remaining, requests, requests, 0, 0, 0);
    }

    @Property(tries = 100)
    void everyRouterNamesAnEngineThatThereIs(@ForAll long seed, @ForAll("routers") String name) {
        Random random = new Random(seed);
        Router router = Routers.named(name);
        int engines = 1 + random.nextInt(5);
        for (int i = 0; i < 50; i++) {
            List<Load> loads = new ArrayList<>();
            for (int e = 0; e < engines; e++) {
                int requests = random.nextInt(20);
                loads.add(
                        new Load(
                                random.nextInt(1_000),
                                requests,
                                random.nextInt(requests + 1),
                                random.nextInt(1_000),
                                random.nextInt(500),
                                random.nextInt(100)));
            }
            assertThat(router.route(request("t" + random.nextInt(4)), loads))
                    .as("seed %d", seed)
                    .isBetween(0, engines - 1);
        }
    }

    @Test
    void leastLoadIsThatOfTokensToCome() {
        assertThat(route("least-load", load(500, 1), load(100, 30), load(200, 2))).isEqualTo(1);
    }

    @Test
    void hashingStaysWithAnEngineUntilThatIsFull() {
        Router router = new BoundedLoadHashing(1.25);
        List<Load> even = List.of(load(0, 4), load(0, 4), load(0, 4));
        int home = router.route(request("tenant"), even);

        assertThat(router.route(request("tenant"), even)).isEqualTo(home);
        List<Load> full = new ArrayList<>(even);
        full.set(home, load(0, 40));
        assertThat(router.route(request("tenant"), full)).isNotEqualTo(home);
    }

    @Test
    void localityLastsAsLongAsTheDeficitAllows() {
        Load warm = new Load(0, 1, 1, 0, 0, 90);
        Load cold = new Load(0, 1, 1, 0, 0, 0);
        Router generous = new PrefixDeficits(1_000_000);
        Router strict = new PrefixDeficits(20);

        List<Integer> stays = new ArrayList<>();
        List<Integer> spreads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            stays.add(generous.route(request("t"), List.of(cold, warm)));
            spreads.add(strict.route(request("t"), List.of(cold, warm)));
        }
        assertThat(stays).containsOnly(1);
        assertThat(spreads).contains(0, 1);
    }

    @Test
    void freenessIsRoomForEachRequestThatRuns() {
        Load crowded = new Load(0, 8, 8, 200, 0, 0); // 100 slots for each
        Load roomy = new Load(0, 2, 2, 500, 0, 0); // 250 for each
        Load blocked = new Load(0, 3, 2, 500, 600, 0); // below zero

        assertThat(Freeness.of(blocked)).isNegative();
        assertThat(new Freeness().route(request("t"), List.of(crowded, blocked, roomy)))
                .isEqualTo(2);
    }

    @Test
    void listsTheRoutersWhenThereIsNoneOfThatName() {
        assertThatThrownBy(() -> Routers.named("best"))
                .hasMessage(
                        "router: best (expected: one of %s)", String.join(", ", Routers.names()));
    }

    @Provide
    Arbitrary<String> routers() {
        return Arbitraries.of(Routers.names());
    }

    private static int route(String name, Load... loads) {
        return Routers.named(name).route(request("t"), List.of(loads));
    }

    private static QueuedRequest request(String tenant) {
        Service service = new Service(tenant, 0, Service.NO_DEADLINE, null, null);
        return Requests.request("key", 100, 10, service, 0);
    }
}
