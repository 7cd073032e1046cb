/** Processes of their own, for tests of what only separate processes show. */
@NullMarked
package io.millrace.job.processes;

import org.jspecify.annotations.NullMarked;
