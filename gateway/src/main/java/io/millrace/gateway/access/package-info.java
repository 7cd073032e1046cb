/** Who may call, and how much. */
@NullMarked
package io.millrace.gateway.access;

import org.jspecify.annotations.NullMarked;
