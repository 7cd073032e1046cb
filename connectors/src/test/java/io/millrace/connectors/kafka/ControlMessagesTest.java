package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.request.ControlMessage;
import io.millrace.operators.codec.CodecTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
                "{\"kind\":\"stop\"}|kind: stop (expected: cancel)",
                "{\"kind\":\"cancel\"}|id: missing",
                "{\"kind\":\"cancel\",\"id\":\"\"}|id: \"\"",
            })
    void everythingElseIsRefusedWithTheField(String text, String reason) {
        assertThatThrownBy(() -> ControlMessages.parse(text.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusedMessageIsSkipped() {
        List<ControlMessage> output = new ArrayList<>();
        ControlTopicSource.Deserializer deserializer =
                new ControlTopicSource.Deserializer(CodecTypeInfo.of(new ControlMessageCodec()));

        for (String text : List.of("junk", "{\"kind\":\"cancel\",\"id\":\"x\"}")) {
            deserializer.deserialize(
                    new ConsumerRecord<>("control", 0, 0, new byte[0], text.getBytes(UTF_8)),
                    new ListCollector<>(output));
        }

        assertThat(output).containsExactly(new ControlMessage.Cancel("x"));
    }
}
