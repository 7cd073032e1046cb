/** A real broker for the tests of this and other modules. */
@NullMarked
package io.millrace.connectors.testing;

import org.jspecify.annotations.NullMarked;
