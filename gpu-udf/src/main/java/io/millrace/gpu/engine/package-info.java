/** The engine: one thread that schedules, runs programs, samples and reports. */
@NullMarked
package io.millrace.gpu.engine;

import org.jspecify.annotations.NullMarked;
