/** What a job did, as accumulators that survive a restart. */
@NullMarked
package io.millrace.operators.report;

import org.jspecify.annotations.NullMarked;
