package io.millrace.gateway.batches;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchIndexTest {

    private final BatchIndex index = new BatchIndex();

    private static BatchState state(String id, @Nullable Long endedMs) {
        BatchManifest manifest = new BatchManifest(id, "w", "anthropic", 1, 1, 2, 3, Map.of());
        return new BatchState(manifest, BatchCounts.NONE, null, endedMs, null, null);
    }

    private static List<String> ids(BatchIndex.Page page) {
        return page.batches().stream().map(state -> state.manifest().id()).toList();
    }

    @Test
    void anyOrderOfReadingShowsTheSame() {
        for (int seed = 0; seed < 200; seed++) {
            BatchIndex read = new BatchIndex();
            List<Runnable> events =
                    new ArrayList<>(
                            List.of(
                                    () -> read.put(state("m_1", null)),
                                    () -> read.put(state("m_2", 9L)),
                                    () -> read.cancel("m_1", 5),
                                    () -> read.cancel("m_2", 5),
                                    () -> read.delete("m_2"),
                                    () -> read.delete("m_1")));
            Collections.shuffle(events, new Random(seed));

            events.forEach(Runnable::run);

            assertThat(read.find("m_2")).as("seed %d", seed).isNull();
            assertThat(read.find("m_1"))
                    .as("seed %d", seed)
                    .satisfies(
                            batch ->
                                    assertThat(batch.status())
                                            .isEqualTo(BatchState.Status.CANCELING));
        }
    }

    @Test
    void pagesWalkOverAllInBothDirections() {
        for (int i = 1; i <= 7; i++) {
            index.put(state("m_" + i, null));
            index.put(state("n_" + i, null));
        }

        BatchIndex.Page first = index.after("w", "m_", null, 3);
        BatchIndex.Page second = index.after("w", "m_", "m_5", 3);
        BatchIndex.Page third = index.after("w", "m_", "m_2", 3);

        assertThat(ids(first)).containsExactly("m_7", "m_6", "m_5");
        assertThat(ids(second)).containsExactly("m_4", "m_3", "m_2");
        assertThat(second.more()).isTrue();
        assertThat(ids(third)).containsExactly("m_1");
        assertThat(third.more()).isFalse();
        assertThat(ids(index.before("w", "m_", "m_1", 3))).containsExactly("m_4", "m_3", "m_2");
        assertThat(ids(index.before("w", "m_", "m_4", 3))).containsExactly("m_7", "m_6", "m_5");
        assertThat(index.before("w", "m_", "m_4", 3).more()).isFalse();
        assertThat(ids(index.after("other", "m_", null, 3))).isEmpty();
    }

    @Test
    void aPageGoesOnBehindABatchThatIsGone() {
        index.put(state("m_1", null));
        index.put(state("m_2", null));
        index.put(state("m_3", null));
        index.remove("m_2");

        assertThat(ids(index.after("w", "m_", "m_2", 5))).containsExactly("m_1");
    }

    @Test
    void whoeverWaitsIsToldOnce() {
        CompletableFuture<@Nullable BatchState> created = index.when("m_1", state -> state != null);
        CompletableFuture<@Nullable BatchState> forgotten =
                index.when("m_1", state -> state != null);
        assertThat(created).isNotDone();
        index.forget(forgotten);

        index.put(state("m_1", null));

        assertThat(created.join()).isEqualTo(state("m_1", null));
        assertThat(forgotten).isNotDone();
        assertThat(index.when("m_1", state -> state != null)).isDone();
    }
}
