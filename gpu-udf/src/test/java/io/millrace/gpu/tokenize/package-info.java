@NullMarked
package io.millrace.gpu.tokenize;

import org.jspecify.annotations.NullMarked;
