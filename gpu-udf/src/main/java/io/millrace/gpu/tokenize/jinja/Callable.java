package io.millrace.gpu.tokenize.jinja;

/** Something that a template can call. */
interface Callable {

    Object call(Context context, Arguments arguments);
}
