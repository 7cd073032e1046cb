@NullMarked
package io.millrace.operators.drain;

import org.jspecify.annotations.NullMarked;
