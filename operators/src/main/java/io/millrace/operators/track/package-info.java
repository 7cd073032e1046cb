/** Counts the results of batches and says how far each is. */
@NullMarked
package io.millrace.operators.track;

import org.jspecify.annotations.NullMarked;
