/** Runs the engine and turns its results into completions. */
@NullMarked
package io.millrace.operators.generate;

import org.jspecify.annotations.NullMarked;
