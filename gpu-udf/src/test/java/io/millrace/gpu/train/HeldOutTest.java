package io.millrace.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HeldOutTest {

    @Test
    void goesOnBehindWhatItAccepted() {
        HeldOut.Tally tally = new HeldOut.Tally(2);
        // Row 0 is the answer's first token. The chain at row 1 is accepted whole: to row 2. The
        // one at row 4 fails at once, the one at row 5 has room for one guess, which is right.
        tally.add(
                new boolean[][] {
                    {true, true, false, true, false, true},
                    {true, true, true, true, true, true}
                });

        HeldOut heldOut = tally.result();

        assertThat(heldOut.exchanges()).isEqualTo(1);
        assertThat(heldOut.positions()).isEqualTo(6);
        assertThat(heldOut.topOne().get(0)).isCloseTo(4 / 6.0, within(1e-9));
        assertThat(heldOut.topOne().get(1)).isEqualTo(1);
        assertThat(heldOut.acceptance().get(0)).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(heldOut.acceptance().get(1)).isCloseTo(1 / 2.0, within(1e-9));
        assertThat(heldOut.tokensPerStep()).isCloseTo(2, within(1e-9));
    }

    @Test
    void aLateGuessDoesNotHelpAChainThatFailedBefore() {
        HeldOut.Tally tally = new HeldOut.Tally(2);
        tally.add(new boolean[][] {{true, false, false}, {true, true, true}});

        assertThat(tally.result().acceptance()).containsExactly(0.0, 0.0);
        assertThat(tally.result().tokensPerStep()).isEqualTo(1);
    }
}
