package io.millrace.gpu.program;

import ai.djl.pytorch.engine.PtNDManager;
import java.util.Locale;
import java.util.Map;

/**
 * How matrices are kept and multiplied: the one seam between the decoder program and number
 * formats. Activations are float32 throughout; a format converts around its product.
 */
public enum WeightFormat {
    /** Float32 weights: the reference. KV pool in float32. */
    FP32(TorchType.FLOAT32, MatrixCode.FLOAT32),

    /** Bfloat16 weights and products. KV pool in bfloat16. */
    BF16(TorchType.BFLOAT16, MatrixCode.BFLOAT16),

    /**
     * Int8 weights per output channel, activations quantised per call by FBGEMM's fused operation.
     * It takes one scale for all rows of a call, so a single row with large values (the first token
     * of a sequence has them) would cost all others their precision and make answers depend on who
     * shares the batch; each row is therefore brought to a maximum of one before and back after. Of
     * the layers' inputs only the distance from a calibrated mean is quantised. KV pool in
     * bfloat16. CPU only. Why all this: docs/decisions/int8-accuracy.md.
     */
    INT8(TorchType.BFLOAT16, MatrixCode.INT8);

    private final TorchType kvType;
    private final MatrixCode code;

    WeightFormat(TorchType kvType, MatrixCode code) {
        this.kvType = kvType;
        this.code = code;
    }

    /** The element type of keys and values in the pool. */
    public TorchType kvType() {
        return kvType;
    }

    /** The option value: {@code fp32}, {@code bf16} or {@code int8}. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether weights have to be prepared for it, with inputs that the model sees. */
    public boolean calibrated() {
        return this == INT8;
    }

    /** What the programs' part {@code matrices.py} leaves open. */
    Map<String, String> fill(CpuFeatures cpu) {
        // Without VNNI the kernel adds pairs of products in 16 bits, which 8-bit activations
        // overflow.
        return code.fill(cpu.hasInt8DotProduct() ? "False" : "True");
    }

    /** Loads a program that multiplies in this format. */
    public Program load(String className, PtNDManager manager) {
        return Program.load(className, fill(CpuFeatures.detected()), manager);
    }

    /**
     * The fastest format that keeps its accuracy on a device: int8 where the processor multiplies
     * 8-bit integers natively, bfloat16 where it has instructions for that or on an accelerator,
     * float32 elsewhere. Decided from what the processor says, not from a timing, so that a job
     * that restarts goes on in the same arithmetic.
     */
    public static WeightFormat fastest(boolean accelerator, CpuFeatures cpu) {
        if (accelerator) {
            return BF16;
        }
        if (cpu.hasInt8DotProduct()) {
            return INT8;
        }
        return cpu.hasBfloat16() ? BF16 : FP32;
    }
}
