package io.millrace.job.kills;

import io.millrace.connectors.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A Kafka broker as a process of its own, so that it can be killed. */
final class BrokerProcess {

    private BrokerProcess() {}

    /** Serves until the process ends; arguments are the broker's folder and its port. */
    public static void main(String[] args) throws Exception {
        EmbeddedKafka broker = EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]));
        try (broker) {
            new CountDownLatch(1).await();
        }
    }
}
