@NullMarked
package io.millrace.gpu.engine;

import org.jspecify.annotations.NullMarked;
