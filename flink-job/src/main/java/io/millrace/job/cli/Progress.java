package io.millrace.job.cli;

import java.time.Duration;
import java.time.InstantSource;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far something has come: a bar where a person watches, else a plain line now and then.
 * For one thread.
 */
abstract class Progress implements AutoCloseable {

    /** Progress of a task whose size is known, or 0 if it is not. */
    static Progress of(Terminal terminal, String task, long total, Unit unit) {
        return terminal.isInteractive()
                ? new Bar(terminal, task, total, unit)
                : new Lines(terminal, task, total, unit, InstantSource.system());
    }

    /** What is counted. */
    record Unit(String name, long size) {
        static final Unit MEGABYTES = new Unit("MB", 1_000_000);
        static final Unit REQUESTS = new Unit("requests", 1);
        static final Unit TOKENS = new Unit("tokens", 1);
        static final Unit STEPS = new Unit("steps", 1);
    }

    /** So much is done; {@code detail} is shown beside it. */
    abstract void update(long done, String detail);

    @Override
    public abstract void close();

    private static final class Bar extends Progress {
        private static final int MAX_WIDTH = 100;
        private static final int REFRESH_MS = 200;

        private final Terminal terminal;
        private final ProgressBar bar;

        Bar(Terminal terminal, String task, long total, Unit unit) {
            this.terminal = terminal;
            this.bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(total > 0 ? total : -1)
                            .setUnit(" " + unit.name(), unit.size())
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(REFRESH_MS)
                            .setConsumer(
                                    new DelegatingProgressBarConsumer(terminal::status, MAX_WIDTH))
                            .build();
        }

        @Override
        void update(long done, String detail) {
            bar.stepTo(done);
            bar.setExtraMessage(detail.isEmpty() ? "" : " " + detail);
        }

        @Override
        public void close() {
            bar.close();
            terminal.status("");
        }
    }

    /** One line per tenth of the way, but at most one in five seconds, and always the last. */
    static final class Lines extends Progress {
        private static final Duration INTERVAL = Duration.ofSeconds(5);
        private static final int PARTS = 10;

        private final Terminal terminal;
        private final String task;
        private final long total;
        private final Unit unit;
        private final InstantSource clock;
        private long printedMs;
        private long printedDone;

        Lines(Terminal terminal, String task, long total, Unit unit, InstantSource clock) {
            this.terminal = terminal;
            this.task = task;
            this.total = total;
            this.unit = unit;
            this.clock = clock;
            this.printedMs = clock.millis();
        }

        @Override
        void update(long done, String detail) {
            boolean last = total > 0 && done >= total && printedDone < total;
            boolean far = total <= 0 || (done - printedDone) * PARTS >= total;
            boolean late = clock.millis() - printedMs >= INTERVAL.toMillis();
            if (done > printedDone && (last || (far && late))) {
                printedMs = clock.millis();
                printedDone = done;
                String of = total > 0 ? " of " + total / unit.size() : "";
                terminal.note(
                        "%s: %d%s %s%s"
                                .formatted(
                                        task,
                                        done / unit.size(),
                                        of,
                                        unit.name(),
                                        detail.isEmpty() ? "" : ", " + detail));
            }
        }

        @Override
        public void close() {}
    }
}
