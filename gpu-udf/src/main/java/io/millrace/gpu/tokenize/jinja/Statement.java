package io.millrace.gpu.tokenize.jinja;

/** A part of a template that writes text or has an effect on variables. Immutable. */
interface Statement {

    /** What is to happen after it. */
    enum Flow {
        NEXT,
        CONTINUE,
        BREAK
    }

    Flow render(Context context, StringBuilder output);
}
