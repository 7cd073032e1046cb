/** Every option of the job, its default and what it becomes. */
@NullMarked
package io.millrace.job.options;

import org.jspecify.annotations.NullMarked;
