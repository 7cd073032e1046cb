package io.millrace.job.cli;

import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives every command the terminal and the installation through its constructor. */
final class Commands implements IFactory {

    private static final Map<Class<?>, BiFunction<Terminal, Installation, ?>> CONSTRUCTORS =
            Map.ofEntries(
                    Map.entry(DemoCommand.class, DemoCommand::new),
                    Map.entry(UpCommand.class, UpCommand::new),
                    Map.entry(RunBatchCommand.class, RunBatchCommand::new),
                    Map.entry(BenchCommand.class, BenchCommand::new),
                    Map.entry(BenchSpeculationCommand.class, BenchSpeculationCommand::new),
                    Map.entry(SimulateCommand.class, SimulateCommand::new),
                    Map.entry(TrainPredictorCommand.class, TrainPredictorCommand::new),
                    Map.entry(TrainHeadsCommand.class, TrainHeadsCommand::new),
                    Map.entry(ModelsCommand.class, ModelsCommand::new),
                    Map.entry(GatewayCommand.class, GatewayCommand::new),
                    Map.entry(KeysCommand.class, KeysCommand::new),
                    Map.entry(SubmitCommand.class, SubmitCommand::new),
                    Map.entry(StatusCommand.class, StatusCommand::new),
                    Map.entry(ResultsCommand.class, ResultsCommand::new),
                    Map.entry(CancelCommand.class, CancelCommand::new));

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
