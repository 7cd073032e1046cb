/** Fakes and samples, for the tests of this module and of those above it. */
@NullMarked
package io.millrace.operators.testing;

import org.jspecify.annotations.NullMarked;
