/** The one job graph: how sources, operators and sinks are connected. */
@NullMarked
package io.millrace.job.topology;

import org.jspecify.annotations.NullMarked;
