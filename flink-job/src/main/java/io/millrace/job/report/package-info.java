/** How reports are written: JSON files and pictures. */
@NullMarked
package io.millrace.job.report;

import org.jspecify.annotations.NullMarked;
