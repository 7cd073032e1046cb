package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchStatesTest {

    private static final BatchManifest MANIFEST =
            new BatchManifest("b", "w", "openai", 28, 12, 13, 14, Map.of("k", "v"));

    @Test
    void everyFieldComesBack() {
        BatchState full =
                new BatchState(
                        MANIFEST, new BatchCounts(1, 2, 3, 4, 5, 6, 7, 8, 9), 8L, 9L, 10L, 11L);

        assertThat(BatchStates.parse(BatchStates.toBytes(full))).isEqualTo(full);
        BatchState fresh = BatchState.created(MANIFEST);
        assertThat(BatchStates.parse(BatchStates.toBytes(fresh))).isEqualTo(fresh);
    }

    @Test
    void peopleCanReadTheStatus() {
        assertThat(new String(BatchStates.toBytes(BatchState.created(MANIFEST)), UTF_8))
                .contains("\"batch\":\"b\"", "\"status\":\"in_progress\"");
    }

    @Test
    void aFieldThatIsWrongIsNamed() {
        String json = new String(BatchStates.toBytes(BatchState.created(MANIFEST)), UTF_8);

        assertThatThrownBy(
                        () ->
                                BatchStates.parse(
                                        json.replace("\"errored\":0", "\"errored\":\"x\"")
                                                .getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("errored: \"x\" (expected: an integer)");
    }
}
