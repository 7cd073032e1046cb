/** Files of results, streamed. */
@NullMarked
package io.millrace.gateway.results;

import org.jspecify.annotations.NullMarked;
