@NullMarked
package io.millrace.operators.admit;

import org.jspecify.annotations.NullMarked;
