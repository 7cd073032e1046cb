/**
 * JMH benchmarks of what the job does in Java beside the model: for each request and for each step
 * of the engine. {@code benchmarks/README.md} says how to run them.
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
