/** Which sequences compute which tokens in the engine's next step. */
@NullMarked
package io.millrace.core.schedule;

import org.jspecify.annotations.NullMarked;
