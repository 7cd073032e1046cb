@NullMarked
package io.millrace.gpu.train;

import org.jspecify.annotations.NullMarked;
