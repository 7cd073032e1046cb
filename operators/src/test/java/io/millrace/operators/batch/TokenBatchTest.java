package io.millrace.operators.batch;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.QueuedRequest;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class TokenBatchTest {

    @Property(tries = 50)
    void givesEveryPromptBackAndFreesItsMemory(@ForAll long seed) {
        Random random = new Random(seed);
        List<QueuedRequest> requests = new ArrayList<>();
        for (int i = random.nextInt(1, 20); i > 0; i--) {
            int[] prompt = random.ints(random.nextInt(1, 500)).toArray();
            requests.add(request("key-" + i, i, 9, prompt));
        }
        try (BufferAllocator allocator = new RootAllocator()) {
            try (TokenBatch batch = TokenBatch.of(allocator, requests)) {
                for (int row = 0; row < requests.size(); row++) {
                    IntBuffer tokens = batch.promptTokens(row);
                    int[] copy = new int[tokens.remaining()];
                    tokens.get(copy);
                    assertThat(copy).isEqualTo(requests.get(row).promptTokens());
                }
                assertThat(batch.requests()).isEqualTo(requests);
                assertThat(allocator.getAllocatedMemory()).isPositive();
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void viewsArrowMemoryInsteadOfCopyingIt() {
        try (BufferAllocator allocator = new RootAllocator();
                TokenBatch batch = TokenBatch.of(allocator, List.of(request("key", 1, 9, 7, 8)))) {
            assertThat(batch.promptTokens(0).isDirect()).isTrue();
            batch.promptTokens(0).put(0, 42);
            assertThat(batch.promptTokens(0).get(0)).isEqualTo(42);
        }
    }

    @Test
    void leavesNothingAllocatedWhenMemoryRunsOut() {
        try (BufferAllocator allocator = new RootAllocator(1_024)) {
            assertThatThrownBy(
                            () ->
                                    TokenBatch.of(
                                            allocator,
                                            List.of(request("key", 1, 9, new int[10_000]))))
                    .isInstanceOf(OutOfMemoryException.class);
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }
}
