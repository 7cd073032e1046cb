/** The page at {@code /}: batches to look at, files to drop. */
@NullMarked
package io.millrace.gateway.console;

import org.jspecify.annotations.NullMarked;
