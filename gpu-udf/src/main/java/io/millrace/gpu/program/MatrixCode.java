package io.millrace.gpu.program;

import java.util.Map;

/**
 * What a weight format writes into the programs' source: the type of a matrix and the bodies of the
 * methods around it, whose signatures are in {@code decoder.py}.
 */
enum MatrixCode {
    FLOAT32("packed = w", "return torch.linear(x, w)"),

    BFLOAT16("packed = torch.to(w, 15)", "return torch.to(torch.linear(torch.to(x, 15), w), 6)"),

    /**
     * A matrix is its packed weights, the mean inputs [2, in], the outputs of these [2, out] and
     * the block of the inputs' Hadamard transform. With x = c + s z, where s is a row's largest
     * distance from the centre c, the product is W c, never rounded, plus s W z. A call with one
     * row has a scale of its own anyway.
     */
    INT8(
            "Tuple[__torch__.torch.classes.quantized.LinearPackedParamsBase, Tensor, Tensor, Tensor]",
            body(
                    "centres = torch.zeros([0, 0], dtype=6, layout=None, device=None, pin_memory=None)",
                    "offsets = centres",
                    "block = centres",
                    Int8.PACK),
            body(
                    "if torch.gt(block.size(0), 0):",
                    "  w = (self).turned(w, block, )",
                    "  centres = (self).turned(centres, block, )",
                    "offsets = torch.linear(centres, w)",
                    Int8.PACK),
            body(
                    "first = torch.eq(positions, 0)",
                    "if bool(torch.any(first)):",
                    "  return torch.to(first, 4)"),
            body(
                    "packed, centres, offsets, block, = w",
                    "if torch.eq(x.size(0), 1):",
                    "  return ops.quantized.linear_dynamic(x, packed, REDUCE)",
                    "s = torch.clamp(torch.amax(torch.abs(x), [1], True), 1.0e-12, None)",
                    "return torch.mul(ops.quantized.linear_dynamic(torch.div(x, s), packed, REDUCE), s)"),
            body(
                    "packed, centres, offsets, block, = w",
                    "if torch.gt(block.size(0), 0):",
                    "  x = (self).turned(x, block, )",
                    "if torch.gt(first.size(0), 0):",
                    "  centre = torch.index_select(centres, 0, first)",
                    "  offset = torch.index_select(offsets, 0, first)",
                    "else:",
                    "  centre = torch.slice(centres, 0, 0, 1)",
                    "  offset = torch.slice(offsets, 0, 0, 1)",
                    "z = torch.sub(x, centre)",
                    "if torch.eq(x.size(0), 1):",
                    "  y = ops.quantized.linear_dynamic(z, packed, REDUCE)",
                    "  return torch.add_(y, offset)",
                    "s = torch.clamp(torch.amax(torch.abs(z), [1], True), 1.0e-12, None)",
                    "y = ops.quantized.linear_dynamic(torch.div_(z, s), packed, REDUCE)",
                    "return torch.addcmul(offset, y, s, value=1)"));

    private final String matrix;
    private final String pack;
    private final String site;
    private final String first;
    private final String linear;
    private final String linearSite;

    /** Of a format that takes weights as they are. */
    MatrixCode(String pack, String linear) {
        this(
                "Tensor",
                body(pack),
                body(pack),
                body(),
                body(linear),
                body("return (self).linear(x, w, )"));
    }

    MatrixCode(
            String matrix,
            String pack,
            String site,
            String first,
            String linear,
            String linearSite) {
        this.matrix = matrix;
        this.pack = pack;
        this.site = site;
        this.first = first;
        this.linear = linear;
        this.linearSite = linearSite;
    }

    /**
     * The words to replace in a source.
     *
     * @param reduce whether activations are cut to 7 bits, in TorchScript
     */
    Map<String, String> fill(String reduce) {
        return Map.of(
                "MATRIX", matrix,
                "PACK", pack,
                "SITE", site,
                "FIRST", first,
                "LINEAR", linear.replace("REDUCE", reduce),
                "CENTRED", linearSite.replace("REDUCE", reduce));
    }

    private static String body(String... lines) {
        return "    " + String.join("\n    ", lines);
    }

    private static final class Int8 {
        private static final String PACK =
                String.join(
                        "\n    ",
                        "s = torch.clamp(torch.div(torch.amax(torch.abs(w), [1], False), 127.), 1.0e-12, None)",
                        "z = torch.zeros([w.size(0)], dtype=4, layout=None, device=None, pin_memory=None)",
                        "q = torch.quantize_per_channel(w, torch.to(s, 7), z, 0, 12)",
                        "packed = (ops.quantized.linear_prepack(q, None), centres, offsets, block)");
    }
}
