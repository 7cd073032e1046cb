/**
 * The part of Jinja that chat templates use, with the meaning that it has in Python: what Hugging
 * Face's {@code apply_chat_template} renders, this renders to the same characters. An interpreter
 * of its own, since the template engines of the JVM differ from Python in whitespace, slices,
 * filtered loops, string methods and missing values, and much of that silently.
 *
 * <p>Templates cannot reach Java objects, files or the network, and are bounded in steps, text and
 * depth.
 */
@NullMarked
package io.millrace.gpu.tokenize.jinja;

import org.jspecify.annotations.NullMarked;
