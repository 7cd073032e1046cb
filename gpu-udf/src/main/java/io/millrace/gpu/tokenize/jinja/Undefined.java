package io.millrace.gpu.tokenize.jinja;

/**
 * A name or element that does not exist: false, empty when printed or iterated, and an error in any
 * other use.
 *
 * @param description what is missing, for messages
 */
record Undefined(String description) {

    JinjaException error() {
        return new JinjaException(description);
    }
}
