package io.millrace.job.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The only place that writes to the console. Results go to standard output, everything else to
 * standard error. On an interactive terminal one status line stays below what is printed. Safe for
 * any thread.
 */
public final class Terminal {

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;
    private String status = "";

    private Terminal(PrintStream out, PrintStream err, boolean interactive) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
    }

    /** The process's own; the launcher says whether a person watches it. */
    public static Terminal system() {
        return new Terminal(
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Boolean.getBoolean("millrace.terminal"));
    }

    /** Writes plain lines to these streams. */
    public static Terminal plain(PrintStream out, PrintStream err) {
        return new Terminal(out, err, false);
    }

    /** Keeps a status line on {@code err}. */
    public static Terminal interactive(PrintStream out, PrintStream err) {
        return new Terminal(out, err, true);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Whether a person watches it. */
    public boolean isInteractive() {
        return interactive;
    }

    /** Prints a line of the result. */
    public synchronized void line(String text) {
        print(out, text);
    }

    /** Prints a line about the run. */
    public synchronized void note(String text) {
        print(err, text);
    }

    /** Prints a line about something that went wrong. */
    public synchronized void error(String text) {
        print(err, "millrace: " + text);
    }

    /**
     * Shows a status line instead of the last one; empty for none. Only where it can be redrawn.
     */
    public synchronized void status(String text) {
        if (interactive) {
            status = text;
            err.print(CLEAR_LINE + text);
            err.flush();
        }
    }

    private void print(PrintStream stream, String text) {
        if (!status.isEmpty()) {
            err.print(CLEAR_LINE);
            err.flush();
        }
        stream.println(text);
        stream.flush();
        if (!status.isEmpty()) {
            err.print(status);
            err.flush();
        }
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }
}
