/** Which lane a request belongs to. */
@NullMarked
package io.millrace.operators.route;

import org.jspecify.annotations.NullMarked;
