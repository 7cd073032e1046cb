/**
 * The values of {@code core} as bytes: explicit, versioned, without reflection, for state and for
 * the wire between operators.
 */
@NullMarked
package io.millrace.core.codec;

import org.jspecify.annotations.NullMarked;
