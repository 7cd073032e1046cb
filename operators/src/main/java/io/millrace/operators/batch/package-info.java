/** Holds what was accepted and hands it to the engine in micro-batches of similar length. */
@NullMarked
package io.millrace.operators.batch;

import org.jspecify.annotations.NullMarked;
