@NullMarked
package io.millrace.operators.track;

import org.jspecify.annotations.NullMarked;
