@NullMarked
package io.millrace.gpu.predict;

import org.jspecify.annotations.NullMarked;
