package io.millrace.job.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code millrace}: parses arguments, runs one command, and turns every failure into
 * one sentence and an exit code. The stack trace goes to the log file.
 */
@Command(
        name = "millrace",
        description = "Batch LLM inference as an Apache Flink job.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with:  millrace demo",
            "Help on a command:  millrace COMMAND --help",
            "Every option of the job is in docs/options.md; -D key=value sets one.",
            "Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration."
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            GatewayCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            ResultsCommand.class,
            CancelCommand.class,
            RunBatchCommand.class,
            BenchCommand.class,
            BenchSpeculationCommand.class,
            SimulateCommand.class,
            TrainPredictorCommand.class,
            TrainHeadsCommand.class,
            KeysCommand.class,
            ModelsCommand.class,
        })
public final class Main {

    /** Everything was done; requests that were answered by an error count as done. */
    public static final int OK = 0;

    /** The run failed or was interrupted. */
    public static final int FAILED = 1;

    /** Wrong usage or configuration: nothing was run. */
    public static final int USAGE = 2;

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Terminal.system(), Installation.fromSystem(), args));
    }

    /** Runs one command and returns its exit code. */
    public static int run(Terminal terminal, Installation installation, String... args) {
        CommandLine line = new CommandLine(new Main(), new Commands(terminal, installation));
        line.setOut(terminal.outWriter());
        line.setErr(terminal.errWriter());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> report(terminal, e));
        line.setParameterExceptionHandler((e, arguments) -> refuse(terminal, e));
        if (args.length == 0) {
            line.usage(terminal.outWriter());
            return USAGE;
        }
        return line.execute(args);
    }

    private static int refuse(Terminal terminal, ParameterException e) {
        terminal.error(Failures.sentence(e));
        terminal.error("Help: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    private static int report(Terminal terminal, Exception e) {
        // Not a constant: a logger must not exist before --verbose was read.
        Logger log = LoggerFactory.getLogger(Main.class);
        log.error("the command failed", e);
        terminal.error(Failures.sentence(e));
        if (Failures.isForTheUser(e)) {
            return USAGE;
        }
        terminal.error("Details: " + Installation.logFile());
        return FAILED;
    }
}
