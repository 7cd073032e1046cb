package io.millrace.gpu.model;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Says that a model cannot be served because of what its files hold: the message names the file,
 * the tensor or field, what was found and the rule. Reading it again will not help.
 */
public final class ModelFormatException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** What was found may be the whole of a damaged file. */
    private static final int MAX_SHOWN = 200;

    ModelFormatException(Path file, String problem) {
        super(file + ": " + problem);
    }

    ModelFormatException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }

    static ModelFormatException unreadable(Path file, IOException cause) {
        return cause instanceof NoSuchFileException
                ? new ModelFormatException(file, "missing", cause)
                : new ModelFormatException(file, "cannot be read: " + cause, cause);
    }

    /** {@code file: subject: found (expected: rule)}. */
    public static ModelFormatException of(
            Path file, String subject, Object found, String expected) {
        String text = String.valueOf(found);
        String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return new ModelFormatException(
                file, subject + ": " + shown + " (expected: " + expected + ")");
    }
}
