package io.millrace.gpu.engine;

import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.program.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where tests find models. */
final class TestModels {

    static final Path TINY_CHAT = Path.of("../models/tiny-chat");

    private TestModels() {}

    /** A model beside the project, if MILLRACE_MODELS says where. */
    static Optional<Path> external(String name) {
        String root = System.getenv("MILLRACE_MODELS");
        return Optional.ofNullable(root).map(r -> Path.of(r, name)).filter(Files::exists);
    }

    static EngineSettings settings(Path model, WeightFormat format) {
        return settings(model, format, SpeculationSettings.OFF);
    }

    static EngineSettings settings(
            Path model, WeightFormat format, SpeculationSettings speculation) {
        return new EngineSettings(
                model.toString(),
                "cpu",
                format,
                0,
                0,
                16,
                64,
                256,
                "fcfs",
                "past-future",
                0.05,
                null,
                speculation);
    }
}
