@NullMarked
package io.millrace.operators.codec;

import org.jspecify.annotations.NullMarked;
