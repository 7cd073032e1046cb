package io.millrace.gpu.model;

import java.nio.file.Path;

/**
 * Says that a model cannot be served because of what its files hold: the message names the file,
 * the tensor or field, what was found and the rule. Reading it again will not help.
 */
public final class ModelFormatException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ModelFormatException(Path file, String problem) {
        super(file + ": " + problem);
    }

    ModelFormatException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }

    static ModelFormatException of(Path file, String subject, Object found, String expected) {
        return new ModelFormatException(
                file, subject + ": " + found + " (expected: " + expected + ")");
    }
}
