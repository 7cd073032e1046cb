package io.millrace.connectors.arrow;

import java.io.IOException;

/** A column that is missing, unknown or of the wrong type; the message names it and the rule. */
final class ColumnException extends IOException {

    private static final long serialVersionUID = 1L;

    ColumnException(String column, String found, String rule) {
        super("column %s: %s (expected: %s)".formatted(column, found, rule));
    }
}
