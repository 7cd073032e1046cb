package io.millrace.job.cli;

import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives every command the terminal and the installation through its constructor. */
final class Commands implements IFactory {

    private static final Map<Class<?>, BiFunction<Terminal, Installation, ?>> CONSTRUCTORS =
            Map.of(
                    DemoCommand.class, DemoCommand::new,
                    UpCommand.class, UpCommand::new,
                    RunBatchCommand.class, RunBatchCommand::new,
                    BenchCommand.class, BenchCommand::new,
                    SimulateCommand.class, SimulateCommand::new,
                    TrainPredictorCommand.class, TrainPredictorCommand::new,
                    ModelsCommand.class, ModelsCommand::new);

    private final Terminal terminal;
    private final Installation installation;

    Commands(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        BiFunction<Terminal, Installation, ?> constructor = CONSTRUCTORS.get(type);
        return constructor == null
                ? CommandLine.defaultFactory().create(type)
                : type.cast(constructor.apply(terminal, installation));
    }
}
