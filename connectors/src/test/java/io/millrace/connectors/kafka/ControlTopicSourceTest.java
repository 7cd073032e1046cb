package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.operators.codec.CodecTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ControlTopicSourceTest {

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
