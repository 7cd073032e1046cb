package io.millrace.job.cli;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives every command the terminal and the installation through its constructor. */
final class Commands implements IFactory {

    private final Terminal terminal;
    private final Installation installation;

    Commands(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == ModelsCommand.class) {
            return type.cast(new ModelsCommand(terminal, installation));
        }
        return CommandLine.defaultFactory().create(type);
    }
}
