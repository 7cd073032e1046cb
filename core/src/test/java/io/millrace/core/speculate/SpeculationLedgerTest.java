package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpeculationLedgerTest {

    /** Whoever speculates whenever the ledger lets him, and always loses, loses little. */
    @Property(tries = 100)
    void boundsWhatIsLost(@ForAll long seed) {
        Random random = new Random(seed);
        SpeculationLedger ledger = new SpeculationLedger(0.01);
        ledger.plain(10, 4);
        double lost = 0;
        int steps = 1_000;
        for (int i = 0; i < steps; i++) {
            if (ledger.isPositive()) {
                double loss = 20 * random.nextDouble();
                ledger.speculative(10, -loss);
                lost += loss;
            } else {
                ledger.plain(10, 4);
            }
        }

        assertThat(lost).as("seed %d", seed).isLessThan(0.01 * 10 * steps + 17.5 + 0.2 + 20);
    }

    @Test
    void boundsWhatALongSuccessPaysFor() {
        SpeculationLedger ledger = new SpeculationLedger(0.01);
        ledger.plain(10, 1);
        for (int i = 0; i < 1_000; i++) {
            ledger.speculative(10, 5);
        }

        assertThat(ledger.affords(80)).isTrue();
        assertThat(ledger.affords(80.1)).isFalse();
    }

    @Test
    void knowsNothingBeforeTheFirstPlainStep() {
        SpeculationLedger ledger = new SpeculationLedger(0.01);

        assertThat(ledger.isPositive()).isFalse();
        ledger.plain(10, 1);
        assertThat(ledger.isPositive()).isTrue();
    }
}
