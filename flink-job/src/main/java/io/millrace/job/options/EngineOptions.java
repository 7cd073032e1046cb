package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Options of the engine: which model it serves, on what, and how much at once. */
@PublicEvolving
public final class EngineOptions {

    public static final ConfigOption<String> MODEL =
            key("engine.model")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder or .gguf file of the model, readable wherever the engine runs."
                                    + " On the command line also a name that 'millrace models"
                                    + " list' shows, and the embedded tiny-chat if it is not set.");

    public static final ConfigOption<String> DEVICE =
            key("engine.device")
                    .stringType()
                    .defaultValue("auto")
                    .withDescription(
                            "Where the engine computes: cpu, cuda, cuda:N for the GPU of that"
                                    + " number, or auto for the first GPU that libtorch finds and"
                                    + " else the CPU.");

    public static final ConfigOption<String> DTYPE =
            key("engine.dtype")
                    .stringType()
                    .defaultValue("auto")
                    .withDescription(
                            "Form of the weights: fp32 (the reference), bf16, int8, or auto: int8 on"
                                    + " a CPU with AVX512-VNNI, else bf16 on a GPU or a CPU with"
                                    + " instructions for it, else fp32.");

    public static final ConfigOption<Integer> THREADS =
            key("engine.threads")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "The most threads of one engine on the CPU; 0 for all cores. Steps for which"
                                    + " fewer are faster use fewer (not with fp32). With more than one engine"
                                    + " on a machine give each its share.");

    public static final ConfigOption<MemorySize> KV_CACHE_MEMORY =
            key("engine.kv-cache.memory")
                    .memoryType()
                    .defaultValue(MemorySize.ZERO)
                    .withDescription(
                            "Memory of the KV cache, outside the heap: it decides how many tokens"
                                    + " are held at once. 0 for the full context of"
                                    + " engine.max-sequences, but at most a quarter of the"
                                    + " machine's memory (half of what a GPU has free).");

    public static final ConfigOption<Integer> KV_CACHE_BLOCK_SIZE =
            key("engine.kv-cache.block-size")
                    .intType()
                    .defaultValue(16)
                    .withDescription("Tokens per block of the KV cache.");

    public static final ConfigOption<Integer> MAX_SEQUENCES =
            key("engine.max-sequences")
                    .intType()
                    .defaultValue(64)
                    .withDescription("The most sequences that generate at the same time.");

    public static final ConfigOption<Integer> TOKEN_BUDGET =
            key("engine.token-budget")
                    .intType()
                    .defaultValue(512)
                    .withDescription(
                            "The most tokens that one step computes, prompts and answers together;"
                                    + " at least engine.max-sequences. Smaller keeps answers"
                                    + " flowing while long prompts are read, larger reads them"
                                    + " faster.");

    public static final ConfigOption<Integer> PARALLELISM =
            key("engine.parallelism")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Engines of the job, one per accelerator or machine; the parallelism of"
                                    + " the operators 'batch' and 'generate'.");

    private EngineOptions() {}
}
