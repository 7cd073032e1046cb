@NullMarked
package io.millrace.job.architecture;

import org.jspecify.annotations.NullMarked;
