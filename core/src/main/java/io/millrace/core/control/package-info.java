/** What a running job is told from outside. */
@NullMarked
package io.millrace.core.control;

import org.jspecify.annotations.NullMarked;
