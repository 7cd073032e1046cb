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
    FP32(
            TorchType.FLOAT32,
            "Tensor",
            body("packed = w"),
            body("return torch.linear(x, w)"),
            body("return (self).linear(x, w, )")),

    /** Bfloat16 weights and products. KV pool in bfloat16. */
    BF16(
            TorchType.BFLOAT16,
            "Tensor",
            body("packed = torch.to(w, 15)"),
            body("return torch.to(torch.linear(torch.to(x, 15), w), 6)"),
            body("return (self).linear(x, w, )")),

    /**
     * Int8 weights per output channel, activations quantised per call by FBGEMM's fused operation.
     * It takes one scale for all rows of a call, so a single row with large values (the first token
     * of a sequence has them) would cost all others their precision and make answers depend on who
     * shares the batch; each row is therefore brought to a maximum of one before and back after. KV
     * pool in bfloat16. CPU only.
     */
    INT8(
            TorchType.BFLOAT16,
            "__torch__.torch.classes.quantized.LinearPackedParamsBase",
            body(
                    "s = torch.clamp(torch.div(torch.amax(torch.abs(w), [1], False), 127.), 1.0e-12, None)",
                    "z = torch.zeros([w.size(0)], dtype=4, layout=None, device=None, pin_memory=None)",
                    "q = torch.quantize_per_channel(w, torch.to(s, 7), z, 0, 12)",
                    "packed = ops.quantized.linear_prepack(q, None)"),
            body(
                    "s = torch.clamp(torch.amax(torch.abs(x), [1], True), 1.0e-12, None)",
                    "return torch.mul(ops.quantized.linear_dynamic(torch.div(x, s), w, REDUCE), s)"),
            body(
                    "a = torch.abs(x)",
                    "m = torch.mean(a, [1], True, dtype=None)",
                    "spiky = torch.gt(torch.amax(a, [1], True), torch.mul(m, 100.))",
                    "if bool(torch.any(spiky)):",
                    "  rows = torch.reshape(torch.nonzero(torch.reshape(spiky, [-1])), [-1])",
                    "  some = torch.index_select(x, 0, rows)",
                    "  bound = torch.mul(torch.index_select(m, 0, rows), 16.)",
                    "  large = torch.mul(some, torch.to(torch.gt(torch.abs(some), bound), 6))",
                    "  y = (self).linear(torch.index_copy(x, 0, rows, torch.sub(some, large)), w, )",
                    "  return torch.index_add(y, 0, rows, (self).linear(large, w, ), alpha=1)",
                    "return (self).linear(x, w, )"));

    private final TorchType kvType;
    private final String matrixType;
    private final String pack;
    private final String linear;
    private final String linearDown;

    WeightFormat(
            TorchType kvType, String matrixType, String pack, String linear, String linearDown) {
        this.kvType = kvType;
        this.matrixType = matrixType;
        this.pack = pack;
        this.linear = linear;
        this.linearDown = linearDown;
    }

    private static String body(String... lines) {
        return "    " + String.join("\n    ", lines);
    }

    /** The element type of keys and values in the pool. */
    public TorchType kvType() {
        return kvType;
    }

    /** The option value: {@code fp32}, {@code bf16} or {@code int8}. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the programs' part {@code matrices.py} leaves open. */
    Map<String, String> fill(CpuFeatures cpu) {
        // Without VNNI the kernel adds pairs of products in 16 bits, which 8-bit activations
        // overflow.
        String reduce = cpu.hasInt8DotProduct() ? "False" : "True";
        return Map.of(
                "MATRIX", matrixType,
                "PACK", pack,
                "LINEAR", linear.replace("REDUCE", reduce),
                "DOWN", linearDown);
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
        return cpu.hasBfloat16() ? BF16 : FP32;
    }
}
