package io.millrace.gpu.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class WeightFormatTest {

    @Test
    void choosesTheFastestThatTheProcessorHasInstructionsFor() {
        assertThat(onCpu("avx2", "avx512f", "avx512_bf16", "avx512_vnni"))
                .isEqualTo(WeightFormat.INT8);
        assertThat(onCpu("avx2", "avx512f", "avx512_vnni")).isEqualTo(WeightFormat.INT8);
        assertThat(onCpu("avx2", "avx512f", "avx512_bf16")).isEqualTo(WeightFormat.BF16);
        assertThat(onCpu("avx2", "avx_vnni")).isEqualTo(WeightFormat.FP32);
        assertThat(onCpu()).isEqualTo(WeightFormat.FP32);
    }

    @Test
    void takesBfloat16OnAnAccelerator() {
        CpuFeatures cpu = new CpuFeatures(Set.of("avx512_vnni"));

        assertThat(WeightFormat.fastest(true, cpu)).isEqualTo(WeightFormat.BF16);
    }

    private static WeightFormat onCpu(String... flags) {
        return WeightFormat.fastest(false, new CpuFeatures(Set.of(flags)));
    }
}
