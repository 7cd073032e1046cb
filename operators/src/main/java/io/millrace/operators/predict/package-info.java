/** How long an answer will be: attached to every request before it is batched. */
@NullMarked
package io.millrace.operators.predict;

import org.jspecify.annotations.NullMarked;
