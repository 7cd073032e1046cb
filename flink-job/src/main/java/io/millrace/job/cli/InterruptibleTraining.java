package io.millrace.job.cli;

import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A training that the user may interrupt. The process then waits until it has stopped, since
 * libtorch must not be torn down under a thread that computes. One thread trains, any may ask.
 */
final class InterruptibleTraining {

    // A step of training or a prompt read, on a slow machine.
    private static final long STOP_SECONDS = 60;

    private final Terminal terminal;
    private final String farewell;
    private volatile boolean stopping;

    /**
     * Not begun yet.
     *
     * @param farewell what the user is told who interrupts it
     */
    InterruptibleTraining(Terminal terminal, String farewell) {
        this.terminal = terminal;
        this.farewell = farewell;
    }

    /** What trains; calls {@link #goOn} at every sign of progress. */
    @FunctionalInterface
    interface Body<T> {
        T run() throws InterruptedException, IOException;
    }

    /**
     * For the thread that trains.
     *
     * @throws CancellationException if the process was asked to end
     */
    void goOn() {
        if (stopping) {
            throw new CancellationException("stopped");
        }
    }

    /**
     * Trains on the calling thread.
     *
     * @return what came out, or nothing if the process was asked to end
     * @throws ConfigurationException with what the training says of an argument
     */
    <T> Optional<T> run(Body<T> body) throws InterruptedException, IOException {
        Thread training = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Interruption.Action stop =
                () -> {
                    stopping = true;
                    training.interrupt();
                    ended.await(STOP_SECONDS, TimeUnit.SECONDS);
                    terminal.note(farewell);
                };
        try (Interruption interruption = Interruption.during(stop)) {
            return Optional.of(body.run());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException | IOException | RuntimeException e) {
            if (stopping) {
                return Optional.empty();
            }
            throw e;
        } finally {
            ended.countDown();
        }
    }
}
