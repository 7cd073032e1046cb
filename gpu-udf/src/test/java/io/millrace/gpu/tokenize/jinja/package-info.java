@NullMarked
package io.millrace.gpu.tokenize.jinja;

import org.jspecify.annotations.NullMarked;
