@NullMarked
package io.millrace.operators.route;

import org.jspecify.annotations.NullMarked;
