/** How long an answer will be: estimators that need no model. */
@NullMarked
package io.millrace.core.predict;

import org.jspecify.annotations.NullMarked;
