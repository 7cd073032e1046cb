/** Reports and plots of simulated scheduling. */
@NullMarked
package io.millrace.job.plot;

import org.jspecify.annotations.NullMarked;
