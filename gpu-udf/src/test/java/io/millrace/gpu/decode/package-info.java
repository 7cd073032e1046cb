@NullMarked
package io.millrace.gpu.decode;

import org.jspecify.annotations.NullMarked;
