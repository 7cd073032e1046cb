/** Shared by the packages of core; not for other modules. */
@NullMarked
package io.millrace.core.internal;

import org.jspecify.annotations.NullMarked;
