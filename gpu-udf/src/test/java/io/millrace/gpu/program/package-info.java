@NullMarked
package io.millrace.gpu.program;

import org.jspecify.annotations.NullMarked;
