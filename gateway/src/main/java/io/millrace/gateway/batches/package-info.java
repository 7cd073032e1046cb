/** Batches as the topics tell them, in memory. */
@NullMarked
package io.millrace.gateway.batches;

import org.jspecify.annotations.NullMarked;
