package io.millrace.operators.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.flink.api.common.accumulators.Histogram;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void readsWhatIsThereAndCountsTheRestAsZero() {
        Report report =
                Report.of(
                        Map.of(
                                "millrace.succeeded", 3L,
                                "millrace.errored", 2L,
                                "millrace.steps", 4L,
                                "millrace.batched_sequences", 10L,
                                "millrace.engine_nanos", 1_500_000_000L,
                                "millrace.peak_kv_blocks", 7L,
                                "millrace.speculating_steps", 5L,
                                "millrace.speculating_steps.eagle", 5L,
                                "someone.else", "x"));

        assertThat(report.finished()).isEqualTo(5);
        assertThat(report.meanBatch()).isEqualTo(2.5);
        assertThat(report.engineSeconds()).isEqualTo(1.5);
        assertThat(report.peakKvBlocks()).isEqualTo(7);
        assertThat(report.get(Figure.SPECULATING_STEPS)).isEqualTo(5);
        assertThat(report.stepsByDrafter()).containsExactly(entry("eagle", 5L));
        assertThat(report.get(Figure.PREEMPTIONS)).isZero();
        assertThat(report.paddingWaste()).isZero();
        assertThat(report.jctQuantileMs(0.5)).isZero();
    }

    @Test
    void readsQuantilesFromTheHistogram() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int ms = 1; ms <= 1_000; ms++) {
            histogram.record(ms);
        }
        Report report = Report.of(Map.of("millrace.jct_ms_histogram", histogram.getLocalValue()));

        assertThat(report.jctQuantileMs(0.5)).isCloseTo(500, within(8L));
        assertThat(report.jctQuantileMs(0.99)).isCloseTo(990, within(10L));
        assertThat(report.jctQuantileMs(0)).isEqualTo(1);
    }

    @Test
    void travelsAsFlinksOwnHistogram() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(5);
        histogram.record(5);

        Object arrived =
                InstantiationUtil.deserializeObject(
                        InstantiationUtil.serializeObject(histogram),
                        ClassLoader.getSystemClassLoader());

        assertThat(arrived).isExactlyInstanceOf(Histogram.class);
        assertThat(((Histogram) arrived).getLocalValue()).isEqualTo(new TreeMap<>(Map.of(5, 2)));
    }

    @Property
    void binsAreNarrowAndNeverTooSmall(@ForAll @LongRange(min = 0, max = 1L << 40) long ms) {
        long bounded = Math.min(ms, Integer.MAX_VALUE);
        int bin = LatencyHistogram.bin(ms);

        assertThat(bin).isBetween((int) bounded, (int) Math.min(Integer.MAX_VALUE, ms * 1.016));
        assertThat(LatencyHistogram.bin(bin)).isEqualTo(bin);
    }

    @Test
    void namesAreStable() {
        assertThat(Figure.OUTPUT_TOKENS.accumulatorName()).isEqualTo("millrace.output_tokens");
    }
}
