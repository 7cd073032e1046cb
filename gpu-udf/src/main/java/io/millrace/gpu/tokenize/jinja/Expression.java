package io.millrace.gpu.tokenize.jinja;

/** Something with a value. Immutable. */
interface Expression {

    Object evaluate(Context context);
}
