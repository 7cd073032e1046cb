/** Reports and plots of simulated scheduling. */
@NullMarked
package io.millrace.job.simulate;

import org.jspecify.annotations.NullMarked;
