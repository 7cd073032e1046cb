package io.millrace.gpu.model;

import java.util.Map;

/** Numbers of the GGUF format that need a name. Source: {@code enum ggml_type} of ggml.h. */
final class GgufTypes {

    /** The metadata value type of arrays. */
    static final int ARRAY = 9;

    private static final Map<Integer, String> UNSUPPORTED =
            Map.ofEntries(
                    Map.entry(6, "Q5_0"),
                    Map.entry(7, "Q5_1"),
                    Map.entry(9, "Q8_1"),
                    Map.entry(10, "Q2_K"),
                    Map.entry(11, "Q3_K"),
                    Map.entry(12, "Q4_K"),
                    Map.entry(13, "Q5_K"),
                    Map.entry(14, "Q6_K"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"));

    private GgufTypes() {}

    /** A tensor type that is not supported, for messages. */
    static String name(int id) {
        return UNSUPPORTED.getOrDefault(id, Integer.toUnsignedString(id));
    }
}
