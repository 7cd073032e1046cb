package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlMessagesTest {

    @Test
    void cancelHasOneForm() {
        ControlMessage cancel = new ControlMessage.Cancel("a \"b\"");

        byte[] bytes = ControlMessages.toBytes(cancel);

        assertThat(new String(bytes, UTF_8))
                .isEqualTo("{\"kind\":\"cancel\",\"id\":\"a \\\"b\\\"\"}");
        assertThat(ControlMessages.parse(bytes)).isEqualTo(cancel);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|kind: missing",
                "{|message: 1 bytes (expected: a JSON object)",
                "{} {}|message: 5 bytes",
                "[]|kind: missing",
                "7|kind: missing",
                "{\"kind\":1}|kind: 1",
                "{\"kind\":\"stop\"}|kind: stop (expected: cancel, create-batch",
                "{\"kind\":\"cancel\"}|id: missing",
                "{\"kind\":\"cancel\",\"id\":\"\"}|id: \"\"",
                "{\"kind\":\"cancel-batch\",\"batch\":\"b\"}|at_ms: missing",
                "{\"kind\":\"create-batch\",\"batch\":\"b\"}|workspace: missing",
            })
    void everythingElseIsRefusedWithTheField(String text, String reason) {
        assertThatThrownBy(() -> ControlMessages.parse(text.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void messagesOfBatchesComeBack() {
        BatchManifest manifest =
                new BatchManifest("b", "w", "openai", 11, 12, 13, 14, Map.of("k", "v \u2028"));
        for (ControlMessage message :
                List.of(
                        new ControlMessage.CreateBatch(manifest),
                        new ControlMessage.CancelBatch("b", 77),
                        new ControlMessage.DeleteBatch("b"))) {
            assertThat(ControlMessages.parse(ControlMessages.toBytes(message))).isEqualTo(message);
        }
    }
}
