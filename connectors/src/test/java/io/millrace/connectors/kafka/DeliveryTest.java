package io.millrace.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final Delivery.ExactlyOnce DELIVERY =
            new Delivery.ExactlyOnce("job", Duration.ofSeconds(60));

    @Test
    void transactionMustOutliveItsCheckpoint() {
        assertThatThrownBy(
                        () -> DELIVERY.checkAgainst(Duration.ofSeconds(1), Duration.ofSeconds(60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transaction timeout: PT1M")
                .hasMessageContaining("execution.checkpointing.timeout together, PT1M1S");
    }

    @Test
    void transactionAsLongAsIntervalAndTimeoutWillDo() {
        assertThatCode(() -> DELIVERY.checkAgainst(Duration.ofSeconds(10), Duration.ofSeconds(50)))
                .doesNotThrowAnyException();
    }

    @Test
    void prefixMustNameTheJob() {
        assertThatThrownBy(() -> new Delivery.ExactlyOnce(" ", Duration.ofSeconds(60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kafka.transactional-id-prefix");
    }
}
