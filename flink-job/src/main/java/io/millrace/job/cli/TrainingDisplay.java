package io.millrace.job.cli;

import io.millrace.gpu.train.HeldOut;
import io.millrace.gpu.train.TrainingObserver;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows how a training goes: a bar for each of its parts, and lines with what it has reached. */
final class TrainingDisplay implements TrainingObserver, AutoCloseable {

    // Of what is shown of the loss, in steps.
    private static final double SMOOTHING = 0.05;

    private final Terminal terminal;
    private final InterruptibleTraining training;
    private @Nullable Progress progress;
    private String task = "";
    private double entropy;

    TrainingDisplay(Terminal terminal, InterruptibleTraining training) {
        this.terminal = terminal;
        this.training = training;
    }

    @Override
    public void leftOut(int count) {
        terminal.note(count + " left out: too long for --batch-tokens or the model, or too short");
    }

    @Override
    public void answered(long done, long of) {
        show("answering", of, Progress.Unit.REQUESTS).update(done, "");
    }

    @Override
    public void recorded(long tokens, long of) {
        show("recording hidden states", of, Progress.Unit.TOKENS).update(tokens, "");
    }

    @Override
    public void learnt(int step, int of, double first) {
        entropy = task.equals("training") ? entropy + SMOOTHING * (first - entropy) : first;
        show("training", of, Progress.Unit.STEPS).update(step, "loss %.3f".formatted(entropy));
    }

    @Override
    public void measured(int step, HeldOut heldOut) {
        terminal.note("after step %d, held out: %s".formatted(step, text(heldOut)));
    }

    /** What heads are worth, in a line. */
    static String text(HeldOut heldOut) {
        return "%.2f tokens per step, chains accepted by depth %s, guesses right everywhere %s"
                .formatted(
                        heldOut.tokensPerStep(),
                        numbers(heldOut.acceptance()),
                        numbers(heldOut.topOne()));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map("%.3f"::formatted).collect(Collectors.joining(" "));
    }

    private Progress show(String next, long total, Progress.Unit unit) {
        training.goOn();
        Progress current = progress;
        if (current == null || !task.equals(next)) {
            close();
            current = Progress.of(terminal, next, total, unit);
            progress = current;
            task = next;
        }
        return current;
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
