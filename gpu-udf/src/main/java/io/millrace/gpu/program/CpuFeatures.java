package io.millrace.gpu.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Instructions of the processor that decide between number formats.
 *
 * @param flags as Linux names them
 */
public record CpuFeatures(Set<String> flags) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public CpuFeatures {
        flags = Set.copyOf(flags);
    }

    /** The machine's own; none where they cannot be read. */
    public static CpuFeatures detected() {
        try {
            for (String line : Files.readAllLines(CPU_INFO)) {
                if (line.startsWith("flags")) {
                    return new CpuFeatures(
                            Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +")));
                }
            }
        } catch (IOException e) {
            // No Linux: the formats that run everywhere remain.
        }
        return new CpuFeatures(Set.of());
    }

    /**
     * Whether sums of four products of 8-bit integers are one instruction that libtorch uses: its
     * kernels (FBGEMM) know VNNI only in AVX512's form.
     */
    public boolean hasInt8DotProduct() {
        return flags.contains("avx512_vnni");
    }

    /** Whether products of bfloat16 are one instruction. */
    public boolean hasBfloat16() {
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    }
}
