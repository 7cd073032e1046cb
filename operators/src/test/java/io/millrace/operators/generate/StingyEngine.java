package io.millrace.operators.generate;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import java.util.List;
import java.util.Map;

/** An engine that claims to have no room at all once it was asked for the first time. */
final class StingyEngine implements GenerationEngine {

    private final GenerationEngine engine;
    private boolean asked;

    StingyEngine(GenerationEngine engine) {
        this.engine = engine;
    }

    @Override
    public EngineRoom room() {
        EngineRoom room = asked ? EngineRoom.NONE : engine.room();
        asked = true;
        return room;
    }

    @Override
    public ModelInfo model() {
        return engine.model();
    }

    @Override
    public String precision() {
        return engine.precision();
    }

    @Override
    public void submit(List<GenerationTask> tasks) {
        engine.submit(tasks);
    }

    @Override
    public void cancel(String key) {
        engine.cancel(key);
    }

    @Override
    public Map<String, Progress> progress() {
        return engine.progress();
    }

    @Override
    public EngineStatistics statistics() {
        return engine.statistics();
    }

    @Override
    public void close() {
        engine.close();
    }
}
