package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.WeightFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvBudgetTest {

    private static final long MEMORY = 3_000_000;
    private static final int BLOCK = 16;
    private static final int FLOAT = 4;

    /** Beside the model's keys and values: values per token that each drafter stores. */
    @ParameterizedTest
    @CsvSource({"medusa, 160, 0", "eagle, 160, 160", "draft-model, 0, 0"})
    void countsWhatDraftersStore(String method, int features, int own) {
        ModelConfig config = ModelDirectory.open(TestModels.TINY_CHAT).config();
        int perToken = 2 * config.layers() * config.kvHeads() * config.headDim();
        int ofDraft = method.equals("draft-model") ? perToken : own;
        String draft = "../models/tiny-chat" + (ofDraft == perToken ? "" : "-" + method);

        assertThat(blocks(SpeculationSettings.OFF))
                .isEqualTo(MEMORY / ((long) perToken * FLOAT * BLOCK));
        assertThat(blocks(SpeculationSettings.of(method, draft)))
                .isEqualTo(MEMORY / ((long) (perToken + features + ofDraft) * FLOAT * BLOCK));
    }

    @Test
    void refusesMemoryForLessThanABlock() {
        EngineSettings settings = settings(SpeculationSettings.OFF);

        assertThatThrownBy(() -> KvBudget.blocks(settings, MEMORY + 1, 512, Device.cpu()))
                .hasMessage(
                        "engine.kv-cache.memory: 3000000 bytes (expected: at least 3000001, one block of 16 tokens)");
    }

    private static long blocks(SpeculationSettings speculation) {
        try (LoadedModel model = LoadedModel.load(settings(speculation))) {
            return model.pool().size();
        }
    }

    private static EngineSettings settings(SpeculationSettings speculation) {
        return new EngineSettings(
                TestModels.TINY_CHAT.toString(),
                "cpu",
                WeightFormat.FP32,
                0,
                MEMORY,
                BLOCK,
                64,
                256,
                "fcfs",
                "past-future",
                0.05,
                null,
                speculation);
    }
}
