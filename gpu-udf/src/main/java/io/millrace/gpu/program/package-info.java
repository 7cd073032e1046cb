/**
 * TorchScript programs: readable {@code .py} resources in libtorch's own serialised dialect, zipped
 * into an archive at start-up and run through DJL. No Python anywhere.
 */
@NullMarked
package io.millrace.gpu.program;

import org.jspecify.annotations.NullMarked;
