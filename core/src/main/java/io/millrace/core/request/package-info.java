/** What a client asks for and what it gets: validated, immutable values without any wire format. */
@NullMarked
package io.millrace.core.request;

import org.jspecify.annotations.NullMarked;
