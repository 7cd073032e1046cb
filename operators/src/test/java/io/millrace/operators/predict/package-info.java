@NullMarked
package io.millrace.operators.predict;

import org.jspecify.annotations.NullMarked;
