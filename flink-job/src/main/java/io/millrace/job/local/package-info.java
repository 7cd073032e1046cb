/** The whole service in one process: a broker, a small cluster, progress and reports. */
@NullMarked
package io.millrace.job.local;

import org.jspecify.annotations.NullMarked;
