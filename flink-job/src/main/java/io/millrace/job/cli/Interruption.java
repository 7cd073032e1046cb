package io.millrace.job.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens when the user presses Ctrl-C (or the process is asked to end) during a command. */
final class Interruption implements AutoCloseable {

    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /** Something that may block for some seconds: the process ends when it has. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Runs the action if the process is asked to end before this is closed. */
    static Interruption during(Action action) {
        Thread hook =
                new Thread(
                        () -> {
                            try {
                                action.run();
                            } catch (Exception e) {
                                Logger log = LoggerFactory.getLogger(Interruption.class);
                                log.warn("while stopping", e);
                            }
                        },
                        "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process is ending: the hook runs already.
        }
    }
}
