/** Many requests in one record, and many results: Arrow IPC in and out. */
@NullMarked
package io.millrace.connectors.arrow;

import org.jspecify.annotations.NullMarked;
