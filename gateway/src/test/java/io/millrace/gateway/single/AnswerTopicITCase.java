package io.millrace.gateway.single;

import static io.millrace.gateway.TestBroker.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.TestBroker;
import io.millrace.gateway.batches.KafkaLink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnswerTopicITCase {

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @Test
    void aTopicThatIsMadeLaterIsFollowed() throws Exception {
        KafkaLink link = withResults(BROKER.newTopics(), "made-later");
        try (AnswerTopic answers = AnswerTopic.follow(link);
                Admin admin = Admin.create(link.client(Map.of()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            link.resultsTopic(), Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            var answer = answers.await("r1");
            Awaitility.await().until(answers::ready);

            TestBroker.produce(
                    link, new ProducerRecord<>(link.resultsTopic(), bytes("r1"), bytes("line")));

            assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(bytes("line"));
        }
    }

    private static KafkaLink withResults(KafkaLink link, String topic) {
        return new KafkaLink(
                link.bootstrapServers(),
                link.properties(),
                link.requestsTopic(),
                link.controlTopic(),
                link.batchesTopic(),
                topic);
    }
}
