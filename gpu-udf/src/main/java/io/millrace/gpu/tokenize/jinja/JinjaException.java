package io.millrace.gpu.tokenize.jinja;

/** A template that cannot be read, or that fails on the values it is given. Names the line. */
public final class JinjaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean raised;

    private JinjaException(String message, boolean raised) {
        super(message);
        this.raised = raised;
    }

    JinjaException(String message) {
        this(message, false);
    }

    /** The template itself refused its input by {@code raise_exception}. */
    static JinjaException raised(String message) {
        return new JinjaException(message, true);
    }

    JinjaException atLine(int line) {
        if (raised || String.valueOf(getMessage()).startsWith("line ")) {
            return this;
        }
        JinjaException located = new JinjaException("line " + line + ": " + getMessage());
        located.setStackTrace(getStackTrace());
        return located;
    }

    /** Whether it is the template's own refusal, meant for whoever wrote the messages. */
    public boolean isRaisedByTemplate() {
        return raised;
    }
}
