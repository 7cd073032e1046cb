package io.millrace.gpu.tokenize.jinja;

/** Python's {@code None}. */
enum None {
    NONE
}
